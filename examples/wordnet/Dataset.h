//===- Dataset.h - Triples of WordNet ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_WORDNET_DATASET_H
#define EMB_EXAMPLES_WORDNET_DATASET_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace wordnet {

/// `head` is in this relation to `tail`: of (dog, hypernym, canine), canine is
/// a hypernym of dog.
struct Triple {
  int32_t head, relation, tail;
};

struct Dataset {
  /// Of entities (synsets) and relations, by id. Names of entities may occur
  /// more than once.
  std::vector<std::string> entities, relations;
  std::vector<Triple> train, valid, test;
};

/// Reads lines `entity<TAB>id<TAB>name` and `relation<TAB>id<TAB>name`, ids of
/// each kind being 0, 1, ..., and lines `split<TAB>head<TAB>relation<TAB>tail`
/// with split `train`, `valid` or `test`. An error names the line.
llvm::Error parseNames(llvm::StringRef contents, Dataset &data);
llvm::Error parseTriples(llvm::StringRef contents, Dataset &data);

/// Reads wordnet_names.tsv.gz and wordnet_triples.tsv.gz of a folder. Errors
/// name the file. Fails if there is nothing to train on.
llvm::Expected<Dataset> loadWordnet(const std::string &folder);

/// What is true: the triples of all splits, by what a query gives. Answers are
/// in ascending order, each once.
class KnownTriples {
public:
  explicit KnownTriples(const Dataset &data);

  llvm::ArrayRef<int32_t> getTails(int32_t head, int32_t relation) const;
  llvm::ArrayRef<int32_t> getHeads(int32_t relation, int32_t tail) const;

private:
  /// By (entity, relation).
  using Answers =
      llvm::DenseMap<std::pair<int32_t, int32_t>, std::vector<int32_t>>;
  Answers tails, heads;
};

} // namespace wordnet

#endif // EMB_EXAMPLES_WORDNET_DATASET_H
