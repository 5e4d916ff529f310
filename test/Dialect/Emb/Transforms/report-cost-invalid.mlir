// RUN: not emb-opt %s --emb-report-cost="bandwidth=0" 2>&1 | FileCheck %s --check-prefix=BANDWIDTH
// RUN: not emb-opt %s --emb-report-cost="cache=-1" 2>&1 | FileCheck %s --check-prefix=CACHE
// RUN: not emb-opt %s --emb-report-cost="batch=-5" 2>&1 | FileCheck %s --check-prefix=BATCH
// RUN: not emb-opt %s --emb-report-cost="unique=1.5" 2>&1 | FileCheck %s --check-prefix=UNIQUE
// RUN: not emb-opt %s --emb-report-cost="format=xml" 2>&1 | FileCheck %s --check-prefix=FORMAT
// RUN: not emb-opt %s --emb-report-cost="samples=ids" 2>&1 | FileCheck %s --check-prefix=SAMPLES
// RUN: not emb-opt %s --emb-report-cost="samples=ids:%t.none" 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not emb-opt %s --emb-report-cost="samples=ids:%S/Inputs/not-ids.txt" 2>&1 | FileCheck %s --check-prefix=IDS
// RUN: echo > %t.empty
// RUN: not emb-opt %s --emb-report-cost="samples=ids:%t.empty" 2>&1 | FileCheck %s --check-prefix=EMPTY

// BANDWIDTH: emb-report-cost: bandwidth: found 0{{.*}}, expected GB/s above 0
// CACHE: emb-report-cost: cache: found -1{{.*}}, expected megabytes, at least 0
// BATCH: emb-report-cost: batch: found -5{{.*}}, expected an extent or -1
// UNIQUE: emb-report-cost: unique: found 1.5{{.*}}, expected a share above 0 and at most 1, or -1
// FORMAT: emb-report-cost: format: found 'xml', expected text or json
// SAMPLES: emb-report-cost: samples: found 'ids', expected ARGUMENT:FILE
// FILE: emb-report-cost: samples: {{.*}}.none: No such file or directory
// IDS: emb-report-cost: samples: {{.*}}not-ids.txt: found '-2', expected indices, separated by spaces or commas
// EMPTY: emb-report-cost: samples: {{.*}}.empty: found no index, expected at least one
module {}
