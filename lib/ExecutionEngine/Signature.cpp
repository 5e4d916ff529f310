//===- Signature.cpp - What a compiled function takes and gives -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Signature.h"

#include "emb/Conversion/EntryPoints.h"
#include "emb/ExecutionEngine/Error.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::emb;

std::string ValueType::str() const {
  if (!isTensor)
    return stringify(dtype).str();
  std::string text = "tensor<";
  for (int64_t size : shape)
    text += (size == kDynamicSize ? "?" : std::to_string(size)) + "x";
  return text + stringify(dtype).str() + ">";
}

std::optional<ValueType> ValueType::parse(StringRef text) {
  ValueType type;
  if (text.consume_front("tensor<")) {
    type.isTensor = true;
    if (!text.consume_back(">"))
      return std::nullopt;
    while (text.contains('x')) {
      auto [size, rest] = text.split('x');
      text = rest;
      int64_t number = kDynamicSize;
      if (size != "?" && (size.getAsInteger(10, number) || number < 0))
        return std::nullopt;
      type.shape.push_back(number);
    }
  }
  std::optional<DType> dtype = parseDType(text);
  if (!dtype)
    return std::nullopt;
  type.dtype = *dtype;
  return type;
}

int64_t Signature::findArgument(StringRef argumentName) const {
  for (auto [position, argument] : llvm::enumerate(arguments))
    if (!argument.name.empty() && argument.name == argumentName)
      return position;
  return -1;
}

std::string Signature::describeArgument(size_t position) const {
  std::string text = "argument " + std::to_string(position);
  if (position < arguments.size() && !arguments[position].name.empty())
    text += " '" + arguments[position].name + "'";
  return text;
}

std::string Signature::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << name << '(';
  llvm::interleaveComma(arguments, os, [&](const ArgumentInfo &argument) {
    if (!argument.name.empty())
      os << argument.name << ": ";
    os << argument.type.str() << (argument.written ? " written" : "")
       << (argument.strided ? " strided" : "");
  });
  os << ") -> ";
  if (results.size() != 1)
    os << '(';
  llvm::interleaveComma(results, os,
                        [&](const ValueType &type) { os << type.str(); });
  if (results.size() != 1)
    os << ')';
  return text;
}

/// The ValueType of an MLIR type; std::nullopt if it cannot be passed.
static std::optional<ValueType> getValueType(Type type) {
  ValueType result;
  Type element = type;
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    result.isTensor = true;
    result.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
    element = tensor.getElementType();
  }
  std::optional<DType> dtype = getDType(element);
  if (!dtype)
    return std::nullopt;
  result.dtype = *dtype;
  return result;
}

llvm::Expected<Signature> Signature::fromFunction(Operation *function) {
  Signature signature;
  signature.name = SymbolTable::getSymbolName(function).str();
  auto fail = [&](const llvm::Twine &what) {
    return makeError(EMB_COMPILE_ERROR, "'" + signature.name + "': " + what);
  };
  auto arguments = function->getAttrOfType<ArrayAttr>(kArgumentsAttr);
  auto results = function->getAttrOfType<ArrayAttr>(kResultsAttr);
  if (!arguments || !results)
    return fail("no entry point, expected the attributes " + kArgumentsAttr +
                " and " + kResultsAttr);
  auto getType = [](Attribute info) -> std::optional<ValueType> {
    auto dict = dyn_cast<DictionaryAttr>(info);
    auto type = dict ? dict.getAs<TypeAttr>("type") : TypeAttr();
    return type ? getValueType(type.getValue()) : std::nullopt;
  };
  for (auto [position, info] : llvm::enumerate(arguments)) {
    std::optional<ValueType> type = getType(info);
    if (!type)
      return fail("entry " + llvm::Twine(position) + " of " + kArgumentsAttr +
                  " has no type that can be passed");
    auto dict = cast<DictionaryAttr>(info);
    auto name = dict.getAs<StringAttr>("name");
    signature.arguments.push_back({name ? name.str() : "", *type,
                                   dict.contains("written"),
                                   dict.contains("strided")});
  }
  for (auto [position, info] : llvm::enumerate(results)) {
    std::optional<ValueType> type = getType(info);
    if (!type)
      return fail("entry " + llvm::Twine(position) + " of " + kResultsAttr +
                  " has no type that can be passed");
    signature.results.push_back(*type);
  }
  auto regions = function->getAttrOfType<ArrayAttr>(kRegionsAttr);
  signature.profiled = regions != nullptr;
  for (Attribute info : regions ? regions.getValue() : ArrayRef<Attribute>()) {
    auto dict = dyn_cast<DictionaryAttr>(info);
    auto name = dict ? dict.getAs<StringAttr>("name") : StringAttr();
    auto location = dict ? dict.getAs<StringAttr>("location") : StringAttr();
    if (!name || !location)
      return fail(kRegionsAttr + ": a region has no name or no location");
    signature.regions.push_back({name.str(), location.str()});
  }
  return signature;
}

llvm::json::Value Signature::toJSON() const {
  llvm::json::Array argumentList, resultList, regionList;
  for (const ArgumentInfo &argument : arguments) {
    llvm::json::Object entry{{"type", argument.type.str()}};
    // Names may hold any bytes, JSON strings may not.
    if (!argument.name.empty())
      entry["name"] = llvm::toHex(argument.name);
    if (argument.written)
      entry["written"] = true;
    if (argument.strided)
      entry["strided"] = true;
    argumentList.push_back(std::move(entry));
  }
  for (const ValueType &type : results)
    resultList.push_back(type.str());
  for (const ProfileRegion &region : regions)
    regionList.push_back(
        llvm::json::Object{{"name", llvm::toHex(region.name)},
                           {"location", llvm::toHex(region.location)}});
  llvm::json::Object object{{"name", llvm::toHex(name)},
                            {"arguments", std::move(argumentList)},
                            {"results", std::move(resultList)}};
  if (profiled)
    object["regions"] = std::move(regionList);
  return object;
}

llvm::Expected<Signature> Signature::fromJSON(const llvm::json::Value &json) {
  auto fail = [&](const llvm::Twine &what) {
    return makeError(EMB_IO_ERROR, "signature: " + what);
  };
  const llvm::json::Object *object = json.getAsObject();
  if (!object)
    return fail("expected an object");
  auto name = object->getString("name");
  auto *arguments = object->getArray("arguments");
  auto *results = object->getArray("results");
  auto *regions = object->getArray("regions");
  Signature signature;
  if (!name || !arguments || !results ||
      !llvm::tryGetFromHex(*name, signature.name))
    return fail("expected name, arguments and results");
  for (const llvm::json::Value &value : *arguments) {
    const llvm::json::Object *entry = value.getAsObject();
    auto text = entry ? entry->getString("type") : std::nullopt;
    auto type = text ? ValueType::parse(*text) : std::nullopt;
    if (!type)
      return fail("an argument has no type");
    ArgumentInfo argument{"", *type,
                          entry->getBoolean("written").value_or(false),
                          entry->getBoolean("strided").value_or(false)};
    if (auto argumentName = entry->getString("name"))
      if (!llvm::tryGetFromHex(*argumentName, argument.name))
        return fail("an argument has no valid name");
    signature.arguments.push_back(std::move(argument));
  }
  for (const llvm::json::Value &value : *results) {
    auto text = value.getAsString();
    auto type = text ? ValueType::parse(*text) : std::nullopt;
    if (!type)
      return fail("a result has no type");
    signature.results.push_back(*type);
  }
  signature.profiled = regions != nullptr;
  for (const llvm::json::Value &value :
       regions ? *regions : llvm::json::Array()) {
    const llvm::json::Object *entry = value.getAsObject();
    auto regionName = entry ? entry->getString("name") : std::nullopt;
    auto location = entry ? entry->getString("location") : std::nullopt;
    ProfileRegion region;
    if (!regionName || !location ||
        !llvm::tryGetFromHex(*regionName, region.name) ||
        !llvm::tryGetFromHex(*location, region.location))
      return fail("a region has no name or no location");
    signature.regions.push_back(std::move(region));
  }
  return signature;
}
