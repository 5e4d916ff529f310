//===- TestSupport.h - Helpers of these tests -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_EXECUTIONENGINE_TESTSUPPORT_H
#define EMB_TEST_UNIT_EXECUTIONENGINE_TESTSUPPORT_H

#include "emb/ExecutionEngine/Executable.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <string>
#include <unistd.h>

namespace emb_test {

/// A folder of its own, removed in the end.
class TestFolder {
public:
  TestFolder() {
    llvm::SmallString<128> made;
    llvm::sys::fs::createUniqueDirectory("emb-test", made);
    path = made.str().str();
  }
  ~TestFolder() { llvm::sys::fs::remove_directories(path); }
  std::string operator/(const std::string &name) const {
    return path + "/" + name;
  }
  std::string path;
};

inline void writeFile(const std::string &path, llvm::StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  ASSERT_FALSE(error) << path << ": " << error.message();
  os << bytes;
}

inline std::string readFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : "<cannot be read>";
}

/// Names of the files in a folder.
inline std::vector<std::string> listFolder(const std::string &path) {
  std::vector<std::string> names;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(path, error), end;
       it != end && !error; it.increment(error))
    names.push_back(it->path().substr(path.size() + 1));
  std::sort(names.begin(), names.end());
  return names;
}

/// Frees the blocks of tensors and counts them.
struct CountingRecycler : mlir::emb::Tensor::Recycler {
  void recycle(EmbBlock block) override {
    ++count;
    embBlockFree(&block);
  }
  int count = 0;
};

/// Function @f of a module, compiled for `threads` threads and not kept on
/// disk.
inline mlir::emb::CompiledFunction
compileFunction(llvm::StringRef text, int threads, unsigned optLevel = 1) {
  mlir::emb::CompileOptions options;
  options.useCache = false;
  options.optLevel = optLevel;
  options.threads = threads;
  auto program = mlir::emb::compileString(text, options);
  EXPECT_TRUE(static_cast<bool>(program))
      << llvm::toString(program.takeError()) << text.str();
  // The function keeps the program alive.
  return llvm::cantFail((*program)->lookup("f"));
}

inline llvm::Error takeError(llvm::Error error) { return error; }
template <typename T> llvm::Error takeError(llvm::Expected<T> value) {
  return value ? llvm::Error::success() : value.takeError();
}

/// The text of the error, or "<success>".
template <typename T> std::string textOf(llvm::Expected<T> value) {
  return value ? "<success>" : llvm::toString(value.takeError());
}

inline bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace emb_test

/// The value of an Expected, or a failed test.
#define ASSERT_OK(variable, expression)                                        \
  auto variable##OrError = (expression);                                       \
  ASSERT_TRUE(static_cast<bool>(variable##OrError))                            \
      << llvm::toString(variable##OrError.takeError());                        \
  auto &variable = *variable##OrError

/// Expects an error of this status whose text contains `part`.
#define EXPECT_FAILS(expression, expectedStatus, part)                         \
  do {                                                                         \
    llvm::Error failed = emb_test::takeError(expression);                      \
    EXPECT_EQ(mlir::emb::getStatus(failed), expectedStatus);                   \
    EXPECT_PRED2(emb_test::contains, llvm::toString(std::move(failed)), part); \
  } while (false)

#endif // EMB_TEST_UNIT_EXECUTIONENGINE_TESTSUPPORT_H
