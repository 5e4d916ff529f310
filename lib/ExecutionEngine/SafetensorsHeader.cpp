//===- SafetensorsHeader.cpp - The header of safetensors files ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A header is cut into the members of its objects here, and LLVM's JSON reads
// their strings: its own objects keep the last of two members of one name
// silently, and its parser calls itself as deep as the text asks for.
//
//===----------------------------------------------------------------------===//

#include "SafetensorsHeader.h"

#include "TensorFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr llvm::StringLiteral kMetadata = "__metadata__";
/// As in other files of tensors that are read here.
static constexpr size_t kMaxRank = 32;

namespace {
/// Names of element types and their width; those that DType does not have are
/// known so that files with them can be checked.
struct ElementType {
  llvm::StringLiteral name;
  unsigned bits;
  std::optional<DType> dtype;
};
} // namespace

static constexpr ElementType kElementTypes[] = {
    {"F64", 64, DType::F64},          {"F32", 32, DType::F32},
    {"F16", 16, DType::F16},          {"BF16", 16, DType::BF16},
    {"I64", 64, DType::I64},          {"I32", 32, DType::I32},
    {"I16", 16, DType::I16},          {"I8", 8, DType::I8},
    {"BOOL", 8, DType::I1},           {"U64", 64, std::nullopt},
    {"U32", 32, std::nullopt},        {"U16", 16, std::nullopt},
    {"U8", 8, std::nullopt},          {"C64", 64, std::nullopt},
    {"F8_E4M3", 8, std::nullopt},     {"F8_E5M2", 8, std::nullopt},
    {"F8_E8M0", 8, std::nullopt},     {"F8_E4M3FNUZ", 8, std::nullopt},
    {"F8_E5M2FNUZ", 8, std::nullopt}, {"F6_E2M3", 6, std::nullopt},
    {"F6_E3M2", 6, std::nullopt},     {"F4", 4, std::nullopt},
};

static const ElementType *findElementType(StringRef name) {
  const ElementType *found =
      llvm::find_if(kElementTypes,
                    [&](const ElementType &type) { return type.name == name; });
  return found == std::end(kElementTypes) ? nullptr : found;
}

StringRef mlir::emb::getSafetensorsType(DType dtype) {
  for (const ElementType &type : kElementTypes)
    if (type.dtype == dtype)
      return type.name;
  llvm_unreachable("all element types are listed");
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static StringRef skipSpaces(StringRef text) { return text.ltrim(" \t\r\n"); }

static std::string expected(StringRef found, const llvm::Twine &what) {
  return ("found " +
          (found.empty() ? std::string("the end") : quoteForMessage(found)) +
          ", expected " + what)
      .str();
}

/// Takes a string in quotes off the front of `rest`.
static std::string takeString(StringRef &rest, std::string &value) {
  size_t end = 1;
  while (end < rest.size() && rest[end] != '"')
    end += rest[end] == '\\' ? 2 : 1;
  if (!rest.starts_with("\"") || end >= rest.size())
    return expected(rest, "a string in quotes");
  StringRef literal = rest.take_front(end + 1);
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(literal);
  if (!parsed)
    return quoteForMessage(literal) + ": " + toString(parsed.takeError());
  value = parsed->getAsString()->str();
  rest = rest.drop_front(literal.size());
  return "";
}

/// Takes an object off the front of `rest`. `member` takes a value after the
/// key; no two keys are equal.
static std::string takeObject(
    StringRef &rest,
    llvm::function_ref<std::string(StringRef key, StringRef &rest)> member) {
  llvm::StringSet<> keys;
  if (!rest.consume_front("{"))
    return expected(rest, "'{'");
  rest = skipSpaces(rest);
  if (rest.consume_front("}"))
    return "";
  while (true) {
    std::string key;
    if (std::string wrong = takeString(rest, key); !wrong.empty())
      return wrong;
    if (!keys.insert(key).second)
      return "found key " + quoteForMessage(key) +
             " a second time, expected it once";
    rest = skipSpaces(rest);
    if (!rest.consume_front(":"))
      return expected(rest, "':' after key " + quoteForMessage(key));
    rest = skipSpaces(rest);
    if (std::string wrong = member(key, rest); !wrong.empty())
      return wrong;
    rest = skipSpaces(rest);
    if (rest.consume_front("}"))
      return "";
    if (!rest.consume_front(","))
      return expected(rest, "',' or '}' after the value of key " +
                                quoteForMessage(key));
    rest = skipSpaces(rest);
  }
}

/// Takes an array of at most `limit` numbers, 0 to 2^63 - 1.
static std::string takeNumbers(StringRef &rest, size_t limit,
                               llvm::SmallVectorImpl<int64_t> &numbers) {
  if (!rest.consume_front("["))
    return expected(rest, "'['");
  rest = skipSpaces(rest);
  if (rest.consume_front("]"))
    return "";
  while (true) {
    StringRef digits = rest.take_while(llvm::isDigit);
    int64_t number;
    if (digits.empty() || digits.getAsInteger(10, number) ||
        (digits.size() > 1 && digits[0] == '0'))
      return expected(rest, "an integer, 0 or more and less than 2^63");
    if (numbers.size() == limit)
      return "found more than " + std::to_string(limit) + " numbers";
    numbers.push_back(number);
    rest = skipSpaces(rest.drop_front(digits.size()));
    if (rest.consume_front("]"))
      return "";
    if (!rest.consume_front(","))
      return expected(rest, "',' or ']'");
    rest = skipSpaces(rest);
  }
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static std::string takeEntry(StringRef &rest, SafetensorsEntry &entry) {
  bool hasType = false, hasShape = false;
  SmallVector<int64_t, 2> offsets;
  std::string wrong =
      takeObject(rest, [&](StringRef key, StringRef &rest) -> std::string {
        std::string wrong;
        if (key == "dtype") {
          hasType = true;
          wrong = takeString(rest, entry.type);
        } else if (key == "shape") {
          hasShape = true;
          wrong = takeNumbers(rest, kMaxRank, entry.shape);
        } else if (key == "data_offsets") {
          wrong = takeNumbers(rest, 2, offsets);
        } else {
          return "found key " + quoteForMessage(key) +
                 ", expected dtype, shape and data_offsets";
        }
        return wrong.empty() ? "" : key.str() + ": " + wrong;
      });
  if (!wrong.empty())
    return wrong;
  if (!hasType)
    return "no dtype, expected one";
  if (!hasShape)
    return "no shape, expected one";
  if (offsets.size() != 2)
    return "data_offsets: found " + std::to_string(offsets.size()) +
           " numbers, expected 2";
  entry.begin = offsets[0];
  entry.end = offsets[1];
  if (const ElementType *type = findElementType(entry.type))
    entry.dtype = type->dtype;
  return "";
}

/// "12 to 20".
static std::string formatRange(const SafetensorsEntry &entry) {
  return std::to_string(entry.begin) + " to " + std::to_string(entry.end);
}

/// "2x3xF32".
static std::string formatType(const SafetensorsEntry &entry) {
  std::string text;
  for (int64_t size : entry.shape)
    text += std::to_string(size) + "x";
  return text + entry.type;
}

/// That the elements of an entry lie in the data and are as many as its shape
/// says; of an unknown element type only the former.
static std::string checkEntry(const SafetensorsEntry &entry,
                              uint64_t dataBytes) {
  if (entry.begin > entry.end)
    return "data_offsets: found " + formatRange(entry) +
           ", expected an end that is not before the begin";
  if (entry.end > dataBytes)
    return "data_offsets: found " + formatRange(entry) +
           ", expected at most the " + std::to_string(dataBytes) +
           " bytes of data in the file";
  const ElementType *type = findElementType(entry.type);
  if (!type)
    return "";
  // In bits; all sizes but 0 count, so that a 0 hides no overflow.
  uint64_t bits = type->bits;
  bool overflow = false;
  for (int64_t size : entry.shape)
    overflow |= __builtin_mul_overflow(
        bits, std::max<uint64_t>(static_cast<uint64_t>(size), 1), &bits);
  if (llvm::is_contained(entry.shape, 0))
    bits = 0;
  if (!overflow && bits % 8 == 0 && bits / 8 == entry.end - entry.begin)
    return "";
  return "found " + std::to_string(entry.end - entry.begin) +
         " bytes, expected " +
         (overflow        ? "more than 2^61"
          : bits % 8 == 0 ? std::to_string(bits / 8)
                          : "whole bytes") +
         " for " + formatType(entry);
}

std::string SafetensorsHeader::parse(StringRef text, uint64_t dataBytes) {
  size_t badByte;
  if (!llvm::json::isUTF8(text, &badByte))
    return "header: found bytes that are not UTF-8 at byte " +
           std::to_string(badByte);
  StringRef rest = text;
  std::string wrong =
      takeObject(rest, [&](StringRef key, StringRef &rest) -> std::string {
        if (key == kMetadata) {
          std::string wrong =
              takeObject(rest, [&](StringRef key, StringRef &rest) {
                return takeString(rest, metadata[key.str()]);
              });
          return wrong.empty() ? "" : kMetadata.str() + ": " + wrong;
        }
        SafetensorsEntry &entry = entries.emplace_back();
        entry.name = key.str();
        std::string wrong = takeEntry(rest, entry);
        if (wrong.empty())
          wrong = checkEntry(entry, dataBytes);
        return wrong.empty() ? ""
                             : "tensor " + quoteForMessage(key) + ": " + wrong;
      });
  if (!wrong.empty())
    return "header: " + wrong;
  if (!skipSpaces(rest).empty())
    return "header: " + expected(skipSpaces(rest), "the end");

  llvm::sort(entries, [](const SafetensorsEntry &a, const SafetensorsEntry &b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t position = 0;
  for (const SafetensorsEntry &entry : entries) {
    if (entry.begin != position)
      return "tensor " + quoteForMessage(entry.name) +
             ": data_offsets: found " + formatRange(entry) +
             ", expected a begin of " + std::to_string(position) +
             ", where the tensor before it ends";
    position = entry.end;
  }
  if (position != dataBytes)
    return "found " + std::to_string(dataBytes) + " bytes of data, expected " +
           std::to_string(position) + ", the end of the last tensor";
  return "";
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

std::string SafetensorsHeader::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::json::OStream json(os);
  json.object([&] {
    if (!metadata.empty())
      json.attributeObject(kMetadata, [&] {
        for (const auto &[key, value] : metadata)
          json.attribute(key, value);
      });
    for (const SafetensorsEntry &entry : entries)
      json.attributeObject(entry.name, [&] {
        json.attribute("dtype", entry.type);
        json.attributeArray("shape", [&] {
          for (int64_t size : entry.shape)
            json.value(size);
        });
        json.attributeArray("data_offsets", [&] {
          json.value(static_cast<int64_t>(entry.begin));
          json.value(static_cast<int64_t>(entry.end));
        });
      });
  });
  return text;
}
