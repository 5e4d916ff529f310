//===- Case.cpp - What a benchmark measures -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Case.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <functional>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

namespace json = llvm::json;

// The twin numbers rows and lookups with 32 bits.
static constexpr int64_t kMostRows = int64_t(1) << 31;
static constexpr int64_t kMostLookups = int64_t(1) << 30;
static constexpr size_t kMostCases = 100000;

StringRef bench::stringify(Work work) {
  switch (work) {
  case Work::Gather:
    return "gather";
  case Work::Bag:
    return "bag";
  case Work::Renorm:
    return "renorm";
  case Work::Group:
    return "group";
  case Work::Step:
    return "step";
  }
  llvm_unreachable("all kinds of work are handled");
}

StringRef bench::stringify(Rule rule) {
  switch (rule) {
  case Rule::SGD:
    return "sgd";
  case Rule::Adagrad:
    return "adagrad";
  case Rule::RowWiseAdagrad:
    return "rowwise_adagrad";
  case Rule::SparseAdam:
    return "sparse_adam";
  }
  llvm_unreachable("all rules are handled");
}

/// The shortest of the usual forms: 0.1, not 0.10000000000000001.
static std::string formatNumber(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

std::string Case::getDistribution() const {
  switch (distribution) {
  case Distribution::Uniform:
    return "uniform";
  case Distribution::Zipf:
    return llvm::formatv("zipf:{0}", formatNumber(skew));
  case Distribution::Hot:
    return llvm::formatv("hot:{0}", formatNumber(skew));
  }
  llvm_unreachable("all distributions are handled");
}

std::string Case::getIds() const {
  return isRagged() ? llvm::formatv("{0}..{1}", idsMin, idsMax).str()
                    : std::to_string(idsMin);
}

std::string Case::getName() const {
  std::string kind = bench::stringify(work).str();
  if (work == Work::Bag)
    kind += "_" + emb::stringifyBagMode(mode).str();
  if (work == Work::Step)
    kind += "_" + bench::stringify(rule).str();
  std::string law = getDistribution();
  law.erase(std::remove(law.begin(), law.end(), ':'), law.end());
  return llvm::formatv("{0}_N{1}_D{2}_B{3}_L{4}_{5}_{6}_{7}_t{8}_{9}", kind,
                       rows, columns, bags, getIds(), law,
                       emb::stringify(table), emb::stringify(index), threads,
                       flushed ? "flushed" : "hot");
}

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

namespace {

struct Field {
  StringRef name;
  StringRef expected;
  /// False if the value is not as expected.
  std::function<bool(Case &, const json::Value &)> read;
  /// The work that the field has a meaning for; all if empty.
  SmallVector<Work, 2> only;
};

} // namespace

static bool readInteger(const json::Value &value, int64_t least, int64_t most,
                        int64_t &target) {
  std::optional<int64_t> number = value.getAsInteger();
  if (!number || *number < least || *number > most)
    return false;
  target = *number;
  return true;
}

/// "0..40" or a number.
static bool readIds(const json::Value &value, Case &result) {
  if (readInteger(value, 0, kMostLookups, result.idsMin)) {
    result.idsMax = result.idsMin;
    return true;
  }
  std::optional<StringRef> text = value.getAsString();
  if (!text)
    return false;
  auto [least, most] = text->split("..");
  return !least.getAsInteger(10, result.idsMin) &&
         !most.getAsInteger(10, result.idsMax) && result.idsMin >= 0 &&
         result.idsMin < result.idsMax && result.idsMax <= kMostLookups;
}

static bool readDistribution(const json::Value &value, Case &result) {
  StringRef text = value.getAsString().value_or("");
  auto [law, number] = text.split(':');
  if (text == "uniform") {
    result.distribution = Distribution::Uniform;
    result.skew = 0.0;
    return true;
  }
  if (number.getAsDouble(result.skew))
    return false;
  result.distribution = law == "zipf" ? Distribution::Zipf : Distribution::Hot;
  if (law == "zipf")
    return result.skew >= 0.1 && result.skew <= 10.0;
  return law == "hot" && result.skew >= 0.0 && result.skew <= 1.0;
}

template <typename T>
static bool readName(const json::Value &value,
                     ArrayRef<std::pair<StringRef, T>> names, T &target) {
  StringRef text = value.getAsString().value_or("");
  for (auto [name, meaning] : names) {
    if (name != text)
      continue;
    target = meaning;
    return true;
  }
  return false;
}

static const std::vector<Field> &getFields() {
  using Value = const json::Value &;
  static const std::vector<Field> fields = {
      {"what",
       R"("gather", "bag", "renorm", "group" or "step")",
       [](Case &c, Value v) {
         return readName<Work>(v,
                               {{"gather", Work::Gather},
                                {"bag", Work::Bag},
                                {"renorm", Work::Renorm},
                                {"group", Work::Group},
                                {"step", Work::Step}},
                               c.work);
       },
       {}},
      {"rows",
       "an integer from 1 to 2147483648",
       [](Case &c, Value v) { return readInteger(v, 1, kMostRows, c.rows); },
       {}},
      {"columns",
       "an integer from 1 to 65536",
       [](Case &c, Value v) { return readInteger(v, 1, 65536, c.columns); },
       {}},
      {"bags",
       "an integer from 1 to 1073741824",
       [](Case &c, Value v) { return readInteger(v, 1, kMostLookups, c.bags); },
       {}},
      {"ids",
       R"(an integer from 0 to 1073741824 or a range such as "0..40")",
       [](Case &c, Value v) { return readIds(v, c); },
       {}},
      {"distribution",
       R"("uniform", "zipf:s" with s from 0.1 to 10 or "hot:share" with a share from 0 to 1)",
       [](Case &c, Value v) { return readDistribution(v, c); },
       {}},
      {"table",
       R"("f16", "bf16" or "f32")",
       [](Case &c, Value v) {
         return readName<DType>(
             v,
             {{"f16", DType::F16}, {"bf16", DType::BF16}, {"f32", DType::F32}},
             c.table);
       },
       {}},
      {"index",
       R"("i32" or "i64")",
       [](Case &c, Value v) {
         return readName<DType>(v, {{"i32", DType::I32}, {"i64", DType::I64}},
                                c.index);
       },
       {}},
      {"mode",
       R"("sum", "mean" or "max")",
       [](Case &c, Value v) {
         return readName<BagMode>(v,
                                  {{"sum", BagMode::Sum},
                                   {"mean", BagMode::Mean},
                                   {"max", BagMode::Max}},
                                  c.mode);
       },
       {Work::Bag}},
      {"optimizer",
       R"("sgd", "adagrad", "rowwise_adagrad" or "sparse_adam")",
       [](Case &c, Value v) {
         return readName<Rule>(v,
                               {{"sgd", Rule::SGD},
                                {"adagrad", Rule::Adagrad},
                                {"rowwise_adagrad", Rule::RowWiseAdagrad},
                                {"sparse_adam", Rule::SparseAdam}},
                               c.rule);
       },
       {Work::Step}},
      {"threads",
       "an integer from 1 to 1024",
       [](Case &c, Value v) {
         int64_t threads = 0;
         bool valid = readInteger(v, 1, 1024, threads);
         c.threads = threads;
         return valid;
       },
       {}},
      {"cache",
       R"("hot" or "flushed")",
       [](Case &c, Value v) {
         return readName<bool>(v, {{"hot", false}, {"flushed", true}},
                               c.flushed);
       },
       {}}};
  return fields;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {

class CaseFile {
public:
  explicit CaseFile(StringRef path) : path(path) {}
  llvm::Expected<std::vector<Case>> read();

private:
  llvm::Error malformed(const llvm::Twine &place, const llvm::Twine &what) {
    return makeError(EMB_IO_ERROR, path + ": " + place + ": " + what);
  }
  llvm::Error readFields(const json::Object &object, StringRef place,
                         bool areDefaults, std::vector<Case> &cases);
  llvm::Error readField(const Field &field, const json::Value &value,
                        StringRef place, std::vector<Case> &cases);
  llvm::Error check(const Case &result, StringRef place);

  StringRef path;
};

} // namespace

static std::string show(const json::Value *value) {
  return value ? llvm::formatv("{0}", *value).str() : "nothing";
}

/// Replaces every case by one for each value of the field.
llvm::Error CaseFile::readField(const Field &field, const json::Value &value,
                                StringRef place, std::vector<Case> &cases) {
  SmallVector<const json::Value *> values;
  if (const json::Array *list = value.getAsArray())
    for (const json::Value &element : *list)
      values.push_back(&element);
  else
    values.push_back(&value);
  if (values.empty())
    return malformed(place + "." + field.name,
                     "found [], expected " + field.expected +
                         ", or a list of such values");
  if (cases.size() * values.size() > kMostCases)
    return malformed(place + "." + field.name,
                     "found more than " + llvm::Twine(kMostCases) +
                         " combinations, expected at most that many");
  std::vector<Case> combinations;
  for (const Case &one : cases) {
    for (const json::Value *element : values) {
      Case next = one;
      if (!field.read(next, *element))
        return malformed(place + "." + field.name,
                         "found " + show(element) + ", expected " +
                             field.expected + ", or a list of such values");
      combinations.push_back(next);
    }
  }
  cases = std::move(combinations);
  return llvm::Error::success();
}

llvm::Error CaseFile::readFields(const json::Object &object, StringRef place,
                                 bool areDefaults, std::vector<Case> &cases) {
  for (const auto &entry : object) {
    StringRef name = entry.first;
    if (llvm::any_of(getFields(),
                     [&](const Field &field) { return field.name == name; }))
      continue;
    std::string names = llvm::join(
        llvm::map_range(getFields(), [](const Field &f) { return f.name; }),
        ", ");
    return malformed(place, "found the field '" + name + "', expected one of " +
                                names);
  }
  for (const Field &field : getFields()) {
    const json::Value *value = object.get(field.name);
    if (!value)
      continue;
    for (const Case &one : cases)
      if (!areDefaults && !field.only.empty() &&
          !llvm::is_contained(field.only, one.work))
        return malformed(place + "." + field.name,
                         "found " + show(value) + " for what = \"" +
                             bench::stringify(one.work) +
                             "\", expected the field only for \"" +
                             bench::stringify(field.only.front()) + "\"");
    if (llvm::Error error = readField(field, *value, place, cases))
      return error;
  }
  return llvm::Error::success();
}

/// What no field can see alone.
llvm::Error CaseFile::check(const Case &result, StringRef place) {
  if (result.bags * result.idsMax > kMostLookups)
    return malformed(place, "found " + llvm::Twine(result.bags) +
                                " bags of up to " + llvm::Twine(result.idsMax) +
                                " ids, expected at most " +
                                llvm::Twine(kMostLookups) + " lookups");
  if ((result.work == Work::Step || result.work == Work::Renorm) &&
      result.table != DType::F32)
    return malformed(place + ".table",
                     "found \"" + emb::stringify(result.table) +
                         "\" for what = \"" + bench::stringify(result.work) +
                         "\", expected \"f32\"");
  return llvm::Error::success();
}

llvm::Expected<std::vector<Case>> CaseFile::read() {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return makeError(EMB_IO_ERROR, path + ": " + buffer.getError().message());
  llvm::Expected<json::Value> root = json::parse((*buffer)->getBuffer());
  if (!root)
    return makeError(EMB_IO_ERROR,
                     path + ": not JSON: " + llvm::toString(root.takeError()));
  const json::Object *object = root->getAsObject();
  const json::Array *list = object ? object->getArray("cases") : nullptr;
  if (!list)
    return malformed("cases",
                     "found " + show(object ? object->get("cases") : nullptr) +
                         ", expected a list of objects");
  for (const auto &entry : *object)
    if (!llvm::is_contained({"about", "cases", "defaults"},
                            StringRef(entry.first)))
      return malformed("the file", "found the field '" +
                                       StringRef(entry.first) +
                                       "', expected about, defaults, cases");
  std::vector<Case> defaults(1);
  if (const json::Value *value = object->get("defaults")) {
    const json::Object *fields = value->getAsObject();
    if (!fields)
      return malformed("defaults",
                       "found " + show(value) + ", expected an object");
    if (llvm::Error error =
            readFields(*fields, "defaults", /*areDefaults=*/true, defaults))
      return error;
  }
  std::vector<Case> cases;
  for (auto [number, value] : llvm::enumerate(*list)) {
    std::string place = llvm::formatv("cases[{0}]", number);
    const json::Object *fields = value.getAsObject();
    if (!fields)
      return malformed(place, "found " + show(&value) + ", expected an object");
    std::vector<Case> combinations = defaults;
    if (llvm::Error error =
            readFields(*fields, place, /*areDefaults=*/false, combinations))
      return error;
    for (const Case &one : combinations)
      if (llvm::Error error = check(one, place))
        return error;
    llvm::append_range(cases, combinations);
  }
  return cases;
}

llvm::Expected<std::vector<Case>> bench::readCases(StringRef path) {
  return CaseFile(path).read();
}

Case bench::shrink(const Case &original) {
  Case result = original;
  result.rows = std::min<int64_t>(result.rows, 3001);
  result.bags = std::min<int64_t>(result.bags, 37);
  int64_t most = 9;
  if (result.isRagged()) {
    result.idsMin = std::min<int64_t>(result.idsMin, most - 1);
    result.idsMax = std::min<int64_t>(result.idsMax, most);
  } else {
    result.idsMin = result.idsMax = std::min<int64_t>(result.idsMax, most);
  }
  result.threads = std::min(result.threads, 2);
  return result;
}
