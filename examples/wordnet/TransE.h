//===- TransE.h - Relations as translations ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_WORDNET_TRANSE_H
#define EMB_EXAMPLES_WORDNET_TRANSE_H

#include "emb/Model/Model.h"

namespace wordnet {

inline constexpr int64_t dim = 50;

/// TransE (Bordes, Usunier, Garcia-Duran, Weston, Yakhnenko 2013): of a true
/// triple, head + relation is near to tail. Inputs are those of Batches.
/// Functions:
///
///   vectors     of entities, scaled to length 1 if they are longer, which also
///               changes the table
///   query       with which the others are compared: head + relation, or
///               tail - relation
///   distances   (entities, blockSize), in L1, between the table as it is and
///               the input `queries` (blockSize, dim)
mlir::emb::ModelCompileOptions
buildTransE(mlir::emb::Model &model, int64_t numEntities, int64_t numRelations);

} // namespace wordnet

#endif // EMB_EXAMPLES_WORDNET_TRANSE_H
