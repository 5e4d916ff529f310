//===- ErrorCases.cpp - Cases that have to fail ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace {
/// What counts as a failure of a kind: a Refusal that says it is of this kind,
/// one of these statuses of the call, or a diagnostic of a verifier with one of
/// these texts.
struct ErrorKind {
  StringRef name;
  SmallVector<EmbStatus, 2> statuses;
  SmallVector<StringRef, 3> diagnostics;
};
} // namespace

static ArrayRef<ErrorKind> getErrorKinds() {
  static const ErrorKind kinds[] = {
      {"index_out_of_range", {EMB_INVALID_INDEX}, {}},
      {"bad_offsets", {EMB_INVALID_OFFSETS}, {"'offsets'", "expected offsets"}},
      {"index_dtype",
       {},
       {"must be tensor or memref of i32 or i64 values",
        "expected elements of i32 or i64"}},
      {kUnsupportedCombination, {}, {"expected mode sum"}},
      {"bad_padding_idx", {}, {"expected padding_idx between"}},
      {kBadMode, {}, {}},
      {kBadShape,
       {EMB_INVALID_SHAPE, EMB_INVALID_ARGUMENT},
       {"of shape", "of rank", "expected rank", ", dimension "}},
      {"bad_dtype",
       {},
       {"of element type", "of f16, bf16, f32 or f64 values",
        "expected elements of f"}},
      {kBadOption, {}, {"label_smoothing is"}},
  };
  return kinds;
}

/// Whether the failure is of this kind.
static bool matches(const ErrorKind &kind, EmbStatus status,
                    std::optional<StringRef> refusal, StringRef message) {
  if (refusal)
    return *refusal == kind.name;
  return llvm::is_contained(kind.statuses, status) ||
         (status == EMB_COMPILE_ERROR &&
          llvm::any_of(kind.diagnostics,
                       [&](StringRef text) { return message.contains(text); }));
}

/// The inputs as bytes, in the order of their names.
static std::vector<std::string> copyInputs(const Case &testCase) {
  std::vector<std::string> copies;
  for (const auto &input : testCase.inputs)
    copies.emplace_back(static_cast<const char *>(input.second.data()),
                        input.second.getSizeInBytes());
  return copies;
}

llvm::Error conformance::runError(CaseRun &run) {
  Case &testCase = run.testCase;
  const auto *kind =
      llvm::find_if(getErrorKinds(), [&](const ErrorKind &candidate) {
        return candidate.name == testCase.errorKind;
      });
  if (kind == getErrorKinds().end())
    return malformedCase(
        "unknown kind of error '" + testCase.errorKind + "', expected one of " +
        llvm::join(
            llvm::map_range(getErrorKinds(),
                            [](const ErrorKind &known) { return known.name; }),
            ", "));
  std::string api = run.attributes.readString("api").value_or("");
  RunCase handler = api == "error" ? nullptr : findCaseKind(api);
  if (!handler)
    return malformedCase("unknown api '" + api + "'");

  testCase.op = api;
  run.expectsError = true;
  std::vector<std::string> before = copyInputs(testCase);
  llvm::Error error = handler(run);
  if (!error)
    return makeError(EMB_INVALID_ARGUMENT, "succeeded, expected an error of "
                                           "kind '" +
                                               kind->name + "'");
  EmbStatus status = getStatus(error);
  if (status == EMB_IO_ERROR)
    return error;
  std::optional<StringRef> refusal;
  llvm::visitErrors(error, [&](const llvm::ErrorInfoBase &info) {
    if (info.isA<Refusal>())
      refusal = static_cast<const Refusal &>(info).getKind();
  });
  std::string message = llvm::toString(std::move(error));
  if (!matches(*kind, status, refusal, message))
    return makeError(status, "expected an error of kind '" + kind->name +
                                 "', found: " + message);
  if (before != copyInputs(testCase))
    return makeError(status, "failed as expected, but changed an input");
  return llvm::Error::success();
}
