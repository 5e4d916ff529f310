//===- Batches.cpp - Mails in a shuffled order, cut into batches ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Batches.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <numeric>

using namespace llvm;

namespace spam {

Batches::Batches(const Mails &mails, size_t batchSize)
    : mails(mails), batchSize(batchSize), order(mails.size()),
      ids(mails.ids.size()), offsets(mails.size() + size()),
      labels(mails.size()), starts(size() + 1) {
  std::iota(order.begin(), order.end(), 0);
  layOut();
}

void Batches::arrange(std::vector<uint32_t> newOrder) {
  order = std::move(newOrder);
  layOut();
}

size_t Batches::size() const { return divideCeil(order.size(), batchSize); }

Batch Batches::operator[](size_t index) const {
  size_t first = index * batchSize;
  size_t count = std::min(batchSize, order.size() - first);
  size_t begin = starts[index], end = starts[index + 1];
  return {ArrayRef(ids).slice(begin, end - begin),
          ArrayRef(offsets).slice(first + index, count + 1),
          ArrayRef(labels).slice(first, count)};
}

void Batches::layOut() {
  size_t begin = 0, end = 0;
  auto offset = offsets.begin();
  for (size_t place = 0; place < order.size(); ++place) {
    if (place % batchSize == 0) {
      begin = starts[place / batchSize] = end;
      *offset++ = 0;
    }
    ArrayRef<int32_t> mail = mails.getMail(order[place]);
    std::copy(mail.begin(), mail.end(), ids.begin() + end);
    end += mail.size();
    *offset++ = end - begin;
    labels[place] = mails.labels[order[place]];
  }
  starts.back() = end;
}

} // namespace spam
