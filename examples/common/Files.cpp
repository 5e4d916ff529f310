//===- Files.cpp - Data files of the examples -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "common/Files.h"

#include "llvm/ADT/SmallVector.h"

#include <zlib.h>

using namespace llvm;

namespace examples {

Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

Expected<std::string> readGzip(const std::string &path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file)
    return makeError("cannot open '" + path + "'");

  std::string contents;
  char buffer[1 << 16];
  int length;
  while ((length = gzread(file, buffer, sizeof(buffer))) > 0)
    contents.append(buffer, length);

  // A file that ends early is seen only when it is closed.
  std::string message = length < 0 ? gzerror(file, &length) : "";
  if (gzclose(file) != Z_OK && message.empty())
    message = "the file ends early";
  if (!message.empty())
    return makeError("cannot read '" + path + "': " + message);
  return contents;
}

Error forEachLine(StringRef contents, unsigned numFields,
                  function_ref<Error(ArrayRef<StringRef>)> handle) {
  SmallVector<StringRef> fields;
  for (unsigned number = 1; !contents.empty(); ++number) {
    StringRef line;
    std::tie(line, contents) = contents.split('\n');
    fields.clear();
    line.split(fields, '\t', numFields - 1);
    Error error =
        fields.size() < numFields
            ? makeError("found " + Twine(fields.size()) +
                        " fields between tabs, expected " + Twine(numFields))
            : handle(fields);
    if (error)
      return makeError("line " + Twine(number) + ": " +
                       toString(std::move(error)));
  }
  return Error::success();
}

} // namespace examples
