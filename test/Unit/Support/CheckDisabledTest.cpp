//===- CheckDisabledTest.cpp - EMB_CHECK where it is left out -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#undef EMB_ENABLE_CHECKS
#include "emb/Support/Check.h"
#include "gtest/gtest.h"

TEST(CheckDisabled, IsNotEvaluated) {
  int evaluated = 0;
  EMB_CHECK(++evaluated == 2, "nobody asks");
  EXPECT_EQ(evaluated, 0);
}

TEST(CheckDisabled, IsAConstantExpression) {
  // So there is no code of it.
  constexpr auto check = [](int rows) {
    EMB_CHECK(rows < 3, "a row is in its table");
    return rows;
  };
  static_assert(check(3) == 3);
}
