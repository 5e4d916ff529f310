// RUN: not emb-opt %s --emb-tile-contractions=vector-bytes=24 2>&1 | FileCheck %s --check-prefix=BYTES
// RUN: not emb-opt %s --emb-tile-contractions=max-rows=6 2>&1 | FileCheck %s --check-prefix=ROWS

// BYTES: error: emb-tile-contractions: vector-bytes is 24, expected a power of two from 16 on
// ROWS: error: emb-tile-contractions: max-rows is 6, expected a power of two
module {
}
