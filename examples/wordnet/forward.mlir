// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TransE: a vector for each thing and each relation, such that
//
//   head + relation = tail, nearly
//
// for what is true: of a triple the distance is |head + relation - tail|, in L1.
// Row b of a batch is a true triple and n false ones, each with another head or
// another tail:
//
//   entities[b] = head, tail, and the n others
//   corrupt_head[b]: whether these are heads
//
// With the query, the vector that the others are compared with,
//
//   query[b] = tail - relation where they are heads, else head + relation
//
// the distances of the false triples are |query - other|, and
//
//   loss = mean over b and others of max(0, 2 + distance[b] - |query[b] - other|)
//
// Before they are read, the vectors of things are scaled to length 1 if they are
// longer. Only the forward pass is written here: the compiler makes @step from it.

emb.train @step of @loss
  parameters("entity.weight" = #emb.adagrad, "relation.weight" = #emb.adagrad)

func.func private @loss(
    %E: tensor<?x50xf32> {emb.name = "entity.weight"},
    %R: tensor<?x50xf32> {emb.name = "relation.weight"},
    %entities: tensor<?x?xi32> {emb.name = "entities"},
    %relations: tensor<?xi32> {emb.name = "relations"},
    %corrupt_head: tensor<?xi1> {emb.name = "corrupt_head"}) -> f32 {
  %rows, %E1 = call @vectors(%E, %entities)
    : (tensor<?x50xf32>, tensor<?x?xi32>)
    -> (tensor<?x?x50xf32>, tensor<?x50xf32>)
  %relation = emb.gather %R[%relations]
    : tensor<?x50xf32>, tensor<?xi32> -> tensor<?x50xf32>
  %head, %tail, %others = call @split(%rows) : (tensor<?x?x50xf32>)
    -> (tensor<?x50xf32>, tensor<?x50xf32>, tensor<?x?x50xf32>)
  %to = arith.addf %head, %relation : tensor<?x50xf32>
  %query = call @choose(%corrupt_head, %head, %relation, %tail)
    : (tensor<?xi1>, tensor<?x50xf32>, tensor<?x50xf32>, tensor<?x50xf32>)
    -> tensor<?x50xf32>

  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %B = tensor.dim %others, %c0 : tensor<?x?x50xf32>
  %n = tensor.dim %others, %c1 : tensor<?x?x50xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = tensor.splat %zero[%B] : tensor<?xf32>
  %positive = linalg.generic {
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%to, %tail : tensor<?x50xf32>, tensor<?x50xf32>)
      outs(%zeros : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %difference = arith.subf %x, %y : f32
    %size = math.absf %difference : f32
    %next = arith.addf %sum, %size : f32
    linalg.yield %next : f32
  } -> tensor<?xf32>
  %table = tensor.splat %zero[%B, %n] : tensor<?x?xf32>
  %negative = linalg.generic {
      indexing_maps = [affine_map<(b, k, d) -> (b, d)>,
                       affine_map<(b, k, d) -> (b, k, d)>,
                       affine_map<(b, k, d) -> (b, k)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%query, %others : tensor<?x50xf32>, tensor<?x?x50xf32>)
      outs(%table : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %difference = arith.subf %x, %y : f32
    %size = math.absf %difference : f32
    %next = arith.addf %sum, %size : f32
    linalg.yield %next : f32
  } -> tensor<?x?xf32>

  %margin = arith.constant 2.0 : f32
  %nothing = arith.constant dense<0.0> : tensor<f64>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(b, k) -> (b)>, affine_map<(b, k) -> (b, k)>,
                       affine_map<(b, k) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%positive, %negative : tensor<?xf32>, tensor<?x?xf32>)
      outs(%nothing : tensor<f64>) {
  ^bb0(%p: f32, %q: f32, %acc: f64):
    %near = arith.addf %margin, %p : f32
    %off = arith.subf %near, %q : f32
    %hinge = arith.maximumf %zero, %off : f32
    %wide = arith.extf %hinge : f32 to f64
    %next = arith.addf %acc, %wide : f64
    linalg.yield %next : f64
  } -> tensor<f64>
  %total = tensor.extract %sum[] : tensor<f64>
  %count = arith.muli %B, %n : index
  %integer = arith.index_cast %count : index to i64
  %number = arith.sitofp %integer : i64 to f64
  %mean = arith.divf %total, %number : f64
  %loss = arith.truncf %mean : f64 to f32
  return %loss : f32
}

// The vectors of these things, scaled, and the table that has them.
func.func @vectors(
    %E: tensor<?x50xf32> {emb.name = "entity.weight"},
    %entities: tensor<?x?xi32> {emb.name = "entities"})
    -> (tensor<?x?x50xf32>, tensor<?x50xf32>) {
  %E1 = emb.renorm %entities into %E max_norm 1.0
    : tensor<?x?xi32>, tensor<?x50xf32>
  %rows = emb.gather %E1[%entities]
    : tensor<?x50xf32>, tensor<?x?xi32> -> tensor<?x?x50xf32>
  return %rows, %E1 : tensor<?x?x50xf32>, tensor<?x50xf32>
}

// What the vectors of others are compared with. The others in `entities` are not
// looked at, there may be none: a true triple and `corrupt_head` make the query
// for its head, or for its tail.
func.func @query(
    %E: tensor<?x50xf32> {emb.name = "entity.weight"},
    %R: tensor<?x50xf32> {emb.name = "relation.weight"},
    %entities: tensor<?x?xi32> {emb.name = "entities"},
    %relations: tensor<?xi32> {emb.name = "relations"},
    %corrupt_head: tensor<?xi1> {emb.name = "corrupt_head"})
    -> (tensor<?x50xf32>, tensor<?x50xf32>) {
  %rows, %E1 = call @vectors(%E, %entities)
    : (tensor<?x50xf32>, tensor<?x?xi32>)
    -> (tensor<?x?x50xf32>, tensor<?x50xf32>)
  %relation = emb.gather %R[%relations]
    : tensor<?x50xf32>, tensor<?xi32> -> tensor<?x50xf32>
  %head, %tail, %others = call @split(%rows) : (tensor<?x?x50xf32>)
    -> (tensor<?x50xf32>, tensor<?x50xf32>, tensor<?x?x50xf32>)
  %query = call @choose(%corrupt_head, %head, %relation, %tail)
    : (tensor<?xi1>, tensor<?x50xf32>, tensor<?x50xf32>, tensor<?x50xf32>)
    -> tensor<?x50xf32>
  return %query, %E1 : tensor<?x50xf32>, tensor<?x50xf32>
}

// Row e, column q: the distance of thing e from query q. There are 64 queries, so
// that the inner loop, which goes over them, is one of whole vectors.
func.func @distances(
    %E: tensor<?x50xf32> {emb.name = "entity.weight"},
    %queries: tensor<64x50xf32> {emb.name = "queries"}) -> tensor<?x64xf32> {
  %empty = tensor.empty() : tensor<50x64xf32>
  %columns = linalg.transpose ins(%queries : tensor<64x50xf32>)
    outs(%empty : tensor<50x64xf32>) permutation = [1, 0]
  %c0 = arith.constant 0 : index
  %N = tensor.dim %E, %c0 : tensor<?x50xf32>
  %zero = arith.constant 0.0 : f32
  %zeros = tensor.splat %zero[%N] : tensor<?x64xf32>
  %distances = linalg.generic {
      indexing_maps = [affine_map<(e, q, d) -> (e, d)>,
                       affine_map<(e, q, d) -> (d, q)>,
                       affine_map<(e, q, d) -> (e, q)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%E, %columns : tensor<?x50xf32>, tensor<50x64xf32>)
      outs(%zeros : tensor<?x64xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %difference = arith.subf %y, %x : f32
    %size = math.absf %difference : f32
    %next = arith.addf %sum, %size : f32
    linalg.yield %next : f32
  } -> tensor<?x64xf32>
  return %distances : tensor<?x64xf32>
}

// Columns 0 and 1, and the others.
func.func private @split(%rows: tensor<?x?x50xf32>)
    -> (tensor<?x50xf32>, tensor<?x50xf32>, tensor<?x?x50xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = tensor.dim %rows, %c0 : tensor<?x?x50xf32>
  %columns = tensor.dim %rows, %c1 : tensor<?x?x50xf32>
  %n = arith.subi %columns, %c2 : index
  %head = tensor.extract_slice %rows[0, 0, 0] [%B, 1, 50] [1, 1, 1]
    : tensor<?x?x50xf32> to tensor<?x50xf32>
  %tail = tensor.extract_slice %rows[0, 1, 0] [%B, 1, 50] [1, 1, 1]
    : tensor<?x?x50xf32> to tensor<?x50xf32>
  %others = tensor.extract_slice %rows[0, 2, 0] [%B, %n, 50] [1, 1, 1]
    : tensor<?x?x50xf32> to tensor<?x?x50xf32>
  return %head, %tail, %others
    : tensor<?x50xf32>, tensor<?x50xf32>, tensor<?x?x50xf32>
}

// tail - relation where the condition holds, else head + relation.
func.func private @choose(
    %condition: tensor<?xi1>, %head: tensor<?x50xf32>,
    %relation: tensor<?x50xf32>, %tail: tensor<?x50xf32>) -> tensor<?x50xf32> {
  %c0 = arith.constant 0 : index
  %B = tensor.dim %head, %c0 : tensor<?x50xf32>
  %empty = tensor.empty(%B) : tensor<?x50xf32>
  %query = linalg.generic {
      indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%condition, %head, %relation, %tail : tensor<?xi1>, tensor<?x50xf32>,
          tensor<?x50xf32>, tensor<?x50xf32>)
      outs(%empty : tensor<?x50xf32>) {
  ^bb0(%c: i1, %h: f32, %r: f32, %t: f32, %none: f32):
    %from = arith.subf %t, %r : f32
    %to = arith.addf %h, %r : f32
    %x = arith.select %c, %from, %to : f32
    linalg.yield %x : f32
  } -> tensor<?x50xf32>
  return %query : tensor<?x50xf32>
}
