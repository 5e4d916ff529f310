//===- CheckEnabledTest.cpp - EMB_CHECK where it is evaluated -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#undef EMB_ENABLE_CHECKS
#define EMB_ENABLE_CHECKS
#include "emb/Support/Check.h"
#include "gtest/gtest.h"

TEST(CheckEnabled, PassesOnceEvaluated) {
  int evaluated = 0;
  EMB_CHECK(++evaluated == 1, "it is evaluated once");
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckEnabled, EndsTheProcessWithAMessage) {
  int rows = 3;
  EXPECT_DEATH(EMB_CHECK(rows < 3, "a row is in its table"),
               "CheckEnabledTest.cpp:[0-9]+: emb is wrong: expected that a row "
               "is in its table: rows < 3");
}

TEST(CheckEnabled, IsOneStatement) {
  bool reached = false;
  if (reached)
    EMB_CHECK(false, "a branch not taken is not checked");
  else
    reached = true;
  EXPECT_TRUE(reached);
}
