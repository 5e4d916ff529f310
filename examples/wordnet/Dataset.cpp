//===- Dataset.cpp - Triples of WordNet -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dataset.h"

#include "common/Files.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using examples::forEachLine;
using examples::makeError;

namespace wordnet {

Error parseNames(StringRef contents, Dataset &data) {
  return forEachLine(contents, 3, [&](ArrayRef<StringRef> fields) -> Error {
    if (fields[0] != "entity" && fields[0] != "relation")
      return makeError("found '" + fields[0] +
                       "', expected 'entity' or 'relation'");
    auto &names = fields[0] == "entity" ? data.entities : data.relations;
    size_t id;
    if (fields[1].getAsInteger(10, id) || id != names.size())
      return makeError("found id '" + fields[1] + "', expected " +
                       Twine(names.size()));
    names.push_back(fields[2].str());
    return Error::success();
  });
}

/// An id below `bound`.
static Error parseId(StringRef text, size_t bound, int32_t &id) {
  if (text.getAsInteger(10, id) || id < 0 || size_t(id) >= bound)
    return makeError("found id '" + text + "', expected 0 <= id < " +
                     Twine(bound));
  return Error::success();
}

Error parseTriples(StringRef contents, Dataset &data) {
  return forEachLine(contents, 4, [&](ArrayRef<StringRef> fields) -> Error {
    Triple triple;
    if (Error error = parseId(fields[1], data.entities.size(), triple.head))
      return error;
    if (Error error =
            parseId(fields[2], data.relations.size(), triple.relation))
      return error;
    if (Error error = parseId(fields[3], data.entities.size(), triple.tail))
      return error;
    if (fields[0] == "train")
      data.train.push_back(triple);
    else if (fields[0] == "valid")
      data.valid.push_back(triple);
    else if (fields[0] == "test")
      data.test.push_back(triple);
    else
      return makeError("found split '" + fields[0] +
                       "', expected 'train', 'valid' or 'test'");
    return Error::success();
  });
}

static Error parseFile(const std::string &path, Dataset &data,
                       function_ref<Error(StringRef, Dataset &)> parse) {
  Expected<std::string> contents = examples::readGzip(path);
  if (!contents)
    return contents.takeError();
  if (Error error = parse(*contents, data))
    return makeError("'" + path + "': " + toString(std::move(error)));
  return Error::success();
}

Expected<Dataset> loadWordnet(const std::string &folder) {
  Dataset data;
  std::string names = folder + "/wordnet_names.tsv.gz";
  std::string triples = folder + "/wordnet_triples.tsv.gz";
  if (Error error = parseFile(names, data, parseNames))
    return error;
  if (Error error = parseFile(triples, data, parseTriples))
    return error;
  if (data.train.empty())
    return makeError("'" + triples + "': found no triple of split 'train'");
  return data;
}

//===----------------------------------------------------------------------===//
// KnownTriples
//===----------------------------------------------------------------------===//

KnownTriples::KnownTriples(const Dataset &data) {
  for (ArrayRef<Triple> triples :
       {ArrayRef(data.train), ArrayRef(data.valid), ArrayRef(data.test)})
    for (auto [head, relation, tail] : triples) {
      tails[{head, relation}].push_back(tail);
      heads[{tail, relation}].push_back(head);
    }
  for (Answers *answers : {&tails, &heads})
    for (auto &[key, entities] : *answers) {
      llvm::sort(entities);
      entities.erase(llvm::unique(entities), entities.end());
    }
}

static ArrayRef<int32_t> find(const auto &answers, int32_t entity,
                              int32_t relation) {
  auto it = answers.find({entity, relation});
  return it == answers.end() ? ArrayRef<int32_t>() : ArrayRef(it->second);
}

ArrayRef<int32_t> KnownTriples::getTails(int32_t head, int32_t relation) const {
  return find(tails, head, relation);
}

ArrayRef<int32_t> KnownTriples::getHeads(int32_t relation, int32_t tail) const {
  return find(heads, tail, relation);
}

} // namespace wordnet
