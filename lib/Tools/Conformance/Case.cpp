//===- Case.cpp - A case with known results -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Case.h"

#include "emb/ExecutionEngine/Error.h"
#include "emb/ExecutionEngine/Npy.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <limits>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace json = llvm::json;

static std::string show(const json::Value &value) {
  return llvm::formatv("{0}", value).str();
}

/// A case that is not as the format says.
static llvm::Error malformed(const llvm::Twine &message) {
  return makeError(EMB_IO_ERROR, message);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

std::optional<double> conformance::parseNumber(const json::Value &value) {
  if (std::optional<double> number = value.getAsNumber())
    return *number;
  std::optional<StringRef> text = value.getAsString();
  if (!text)
    return std::nullopt;
  if (*text == "inf")
    return std::numeric_limits<double>::infinity();
  if (*text == "-inf")
    return -std::numeric_limits<double>::infinity();
  if (*text == "nan")
    return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::optional<Shape> conformance::parseShape(const json::Value *value) {
  const json::Array *array = value ? value->getAsArray() : nullptr;
  if (!array)
    return std::nullopt;
  Shape shape;
  for (const json::Value &element : *array) {
    std::optional<int64_t> size = element.getAsInteger();
    if (!size || *size < 0)
      return std::nullopt;
    shape.push_back(*size);
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

const json::Value *Attributes::find(StringRef name) {
  asked.insert(name.str());
  const json::Value *value = object->get(name);
  return value && value->kind() != json::Value::Null ? value : nullptr;
}

void Attributes::fail(StringRef name, const json::Value &found,
                      StringRef expected) {
  error += llvm::formatv("{0}attribute '{1}': found {2}, expected {3}",
                         error.empty() ? "" : "; ", name, show(found), expected)
               .str();
}

bool Attributes::readBool(StringRef name, bool absent) {
  const json::Value *value = find(name);
  if (!value)
    return absent;
  std::optional<bool> boolean = value->getAsBoolean();
  if (!boolean)
    fail(name, *value, "true or false");
  return boolean.value_or(absent);
}

std::optional<int64_t> Attributes::readInt(StringRef name) {
  const json::Value *value = find(name);
  if (!value)
    return std::nullopt;
  std::optional<int64_t> number = value->getAsInteger();
  if (!number)
    fail(name, *value, "an integer");
  return number;
}

std::optional<double> Attributes::readNumber(StringRef name) {
  const json::Value *value = find(name);
  if (!value)
    return std::nullopt;
  if (std::optional<bool> boolean = value->getAsBoolean())
    return *boolean;
  std::optional<double> number = parseNumber(*value);
  if (!number)
    fail(name, *value, "a number");
  return number;
}

std::optional<std::string> Attributes::readString(StringRef name) {
  const json::Value *value = find(name);
  if (!value)
    return std::nullopt;
  std::optional<StringRef> text = value->getAsString();
  if (!text) {
    fail(name, *value, "a string");
    return std::nullopt;
  }
  return text->str();
}

std::optional<std::vector<double>> Attributes::readNumbers(StringRef name,
                                                           size_t size) {
  const json::Value *value = find(name);
  if (!value)
    return std::nullopt;
  std::vector<double> numbers;
  const json::Array *array = value->getAsArray();
  if (array && array->size() == size)
    for (const json::Value &element : *array)
      if (std::optional<double> number = parseNumber(element))
        numbers.push_back(*number);
  if (array && numbers.size() == size)
    return numbers;
  fail(name, *value, std::to_string(size) + " numbers");
  return std::nullopt;
}

const json::Object *Attributes::readObject(StringRef name) {
  const json::Value *value = find(name);
  if (!value)
    return nullptr;
  if (!value->getAsObject())
    fail(name, *value, "an object");
  return value->getAsObject();
}

llvm::Error Attributes::finish() {
  std::set<std::string> unknown;
  for (const auto &entry : *object)
    if (!asked.count(entry.first.str()))
      unknown.insert(entry.first.str());
  for (const std::string &name : unknown)
    error += (error.empty() ? "unknown attribute '" : "; unknown attribute '") +
             name + "'";
  if (error.empty())
    return llvm::Error::success();
  return malformed(error);
}

//===----------------------------------------------------------------------===//
// Cases
//===----------------------------------------------------------------------===//

Tensor *Case::findInput(StringRef inputName) {
  auto it = inputs.find(inputName.str());
  return it == inputs.end() ? nullptr : &it->second;
}

llvm::Expected<Tensor *> Case::getInput(StringRef inputName) {
  if (Tensor *tensor = findInput(inputName))
    return tensor;
  return malformed("op '" + op + "' needs the input '" + inputName +
                   "', found none");
}

llvm::Error Case::checkInputNames(ArrayRef<std::string> known) const {
  for (const auto &input : inputs)
    if (!llvm::is_contained(known, input.first))
      return malformed("op '" + op + "' has no input '" + input.first + "'");
  return llvm::Error::success();
}

const OutputInfo *Case::findOutput(StringRef outputName) const {
  for (const OutputInfo &output : outputs)
    if (output.name == outputName)
      return &output;
  return nullptr;
}

llvm::Expected<Tensor> conformance::readTensor(const FileInfo &info) {
  llvm::Expected<Tensor> tensor = readNpy(info.path, info.dtype);
  if (!tensor)
    return tensor.takeError();
  if (tensor->getShape() != ArrayRef<int64_t>(info.shape))
    return malformed(info.path + ": found " +
                     formatShape(tensor->getShape(), info.dtype) +
                     ", expected " + formatShape(info.shape, info.dtype) +
                     " as case.json says");
  return tensor;
}

/// Reads file, dtype and shape of an input or output.
static llvm::Error readFileInfo(StringRef folder, StringRef where,
                                const json::Value &value, FileInfo &info) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return malformed(where + ": found " + show(value) + ", expected an object");
  std::optional<StringRef> file = object->getString("file");
  if (!file || file->empty() || llvm::sys::path::filename(*file) != *file)
    return malformed(where + ": expected 'file', the name of a file in the "
                             "folder of the case");
  std::optional<StringRef> dtype = object->getString("dtype");
  std::optional<DType> parsed = dtype ? parseDType(*dtype) : std::nullopt;
  if (!parsed)
    return malformed(where + ": found dtype '" + dtype.value_or("") +
                     "', expected f32, f64, f16, bf16, i64, i32, i16 or i8");
  std::optional<Shape> shape = parseShape(object->get("shape"));
  if (!shape)
    return malformed(where + ": expected 'shape', an array of sizes");
  SmallString<128> path(folder);
  llvm::sys::path::append(path, *file);
  info.path = path.str().str();
  info.dtype = *parsed;
  info.shape = *shape;
  return llvm::Error::success();
}

static llvm::Error readOutputInfo(StringRef where, const json::Object &object,
                                  OutputInfo &output) {
  StringRef check = object.getString("check").value_or("");
  if (check == "exact")
    output.check = Check::Exact;
  else if (check == "close")
    output.check = Check::Close;
  else if (check == "info")
    output.check = Check::Info;
  else
    return malformed(where + ": found check '" + check +
                     "', expected exact, close or info");
  if (output.check != Check::Close)
    return llvm::Error::success();
  std::pair<StringRef, double *> numbers[] = {{"rtol", &output.rtol},
                                              {"atol", &output.atol}};
  for (auto [key, number] : numbers) {
    const json::Value *value = object.get(key);
    std::optional<double> parsed = value ? parseNumber(*value) : std::nullopt;
    if (!parsed || !(*parsed >= 0))
      return malformed(where + ": expected '" + key + "', a number >= 0");
    *number = *parsed;
  }
  return llvm::Error::success();
}

/// The object at `key`; fails if it is something else. Absent is empty.
static llvm::Expected<json::Object> takeObject(json::Object &object,
                                               StringRef key) {
  json::Value *value = object.get(key);
  if (!value)
    return json::Object();
  if (json::Object *found = value->getAsObject())
    return std::move(*found);
  return malformed("case.json: found " + show(*value) + " in '" + key +
                   "', expected an object");
}

/// The names of an object in an order that does not depend on hashes.
static std::set<std::string> getKeys(const json::Object &object) {
  std::set<std::string> keys;
  for (const auto &entry : object)
    keys.insert(entry.first.str());
  return keys;
}

llvm::Expected<Case> conformance::readCase(StringRef folder) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, "case.json");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return malformed("cannot read " + path.str() + ": " +
                     buffer.getError().message());
  llvm::Expected<json::Value> root = json::parse((*buffer)->getBuffer());
  if (!root)
    return malformed("case.json: " + llvm::toString(root.takeError()));
  json::Object *object = root->getAsObject();
  if (!object)
    return malformed("case.json: expected an object");

  std::optional<int64_t> schema = object->getInteger("schema");
  if (schema != 1)
    return malformed("case.json: found schema " +
                     (schema ? std::to_string(*schema) : "none") +
                     ", expected 1");
  Case result;
  std::optional<StringRef> op = object->getString("op");
  if (!op)
    return malformed("case.json: expected 'op', a string");
  result.op = op->str();

  llvm::Expected<json::Object> attributes = takeObject(*object, "attrs");
  if (!attributes)
    return attributes.takeError();
  result.attributes = std::move(*attributes);

  llvm::Expected<json::Object> inputs = takeObject(*object, "inputs");
  if (!inputs)
    return inputs.takeError();
  for (const std::string &name : getKeys(*inputs)) {
    FileInfo info;
    info.name = name;
    if (llvm::Error error = readFileInfo(folder, "input '" + name + "'",
                                         *inputs->get(name), info))
      return error;
    llvm::Expected<Tensor> tensor = readTensor(info);
    if (!tensor)
      return tensor.takeError();
    result.inputs.emplace(name, std::move(*tensor));
  }

  llvm::Expected<json::Object> outputs = takeObject(*object, "outputs");
  if (!outputs)
    return outputs.takeError();
  for (const std::string &name : getKeys(*outputs)) {
    OutputInfo output;
    output.name = name;
    std::string where = "output '" + name + "'";
    const json::Value &value = *outputs->get(name);
    if (llvm::Error error = readFileInfo(folder, where, value, output))
      return error;
    if (llvm::Error error = readOutputInfo(where, *value.getAsObject(), output))
      return error;
    result.outputs.push_back(std::move(output));
  }

  if (result.op == "error") {
    const json::Object *error = object->getObject("error");
    std::optional<StringRef> kind =
        error ? error->getString("kind") : std::nullopt;
    if (!kind)
      return malformed("case.json: expected 'error' with 'kind', a string");
    result.errorKind = kind->str();
  }
  return result;
}
