//===- ConvertEntryPoints.cpp - The calling convention of the runtime -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Runtime/RuntimeABI.h"
#include "emb/Support/Check.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTENTRYPOINTS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Whether a scalar or an element of a tensor of this type can be passed.
static bool isPassable(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64() ||
         type.isIndex() || type.isSignlessInteger(1) ||
         type.isSignlessInteger(8) || type.isSignlessInteger(16) ||
         type.isSignlessInteger(32) || type.isSignlessInteger(64);
}

/// Whether `type` is a buffer that a descriptor of the runtime describes.
static bool isPassableBuffer(MemRefType type) {
  return isPassable(type.getElementType()) && type.isStrided() &&
         !type.getMemorySpace();
}

/// The type of buffers of this shape whose descriptor comes from outside: the
/// offset and all strides are known at run time only, but for the innermost one
/// if it is not strided.
static MemRefType getArgumentType(MemRefType type, bool isStrided) {
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  if (!strides.empty() && !isStrided)
    strides.back() = 1;
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(type.getShape(), type.getElementType(), layout);
}

/// The value type that the host sees for a buffer or scalar.
static Type getHostType(Type type) {
  if (auto memref = dyn_cast<MemRefType>(type))
    return RankedTensorType::get(memref.getShape(), memref.getElementType());
  return type;
}

namespace {
/// Turns functions on buffers and scalars into entry points.
class EntryPointConverter {
public:
  explicit EntryPointConverter(MLIRContext *context)
      : typeConverter(context), pointer(LLVM::LLVMPointerType::get(context)),
        libraryFunctions(llvm::Triple(llvm::sys::getDefaultTargetTriple())) {}

  /// Reports whatever keeps `function` from becoming an entry point.
  LogicalResult check(func::FuncOp function);
  void convert(func::FuncOp function);

private:
  LogicalResult checkNames(func::FuncOp function);
  LogicalResult checkSymbols(func::FuncOp function);
  /// `args[position]`, the pointer to an argument or to room for a result.
  Value loadPointer(OpBuilder &builder, Location loc, Value args,
                    unsigned position);
  Value loadArgument(OpBuilder &builder, Location loc, Value address,
                     Type type);
  void storeResult(OpBuilder &builder, Location loc, Value address,
                   Value result);
  void describe(func::FuncOp function);

  LLVMTypeConverter typeConverter;
  LLVM::LLVMPointerType pointer;
  llvm::TargetLibraryInfoImpl libraryFunctions;
};

struct ConvertEntryPoints
    : public emb::impl::ConvertEntryPointsBase<ConvertEntryPoints> {
  void runOnOperation() override;
};
} // namespace

LogicalResult EntryPointConverter::check(func::FuncOp function) {
  llvm::LibFunc libraryFunction;
  if (libraryFunctions.getLibFunc(function.getName(), libraryFunction))
    return function.emitError()
           << "'" << function.getName()
           << "' is a function of the C library, which compiled code may call; "
              "expected another name";
  StringRef expected = "f16, bf16, f32, f64, i1, i8, i16, i32, i64 or index";
  for (auto [position, type] : llvm::enumerate(function.getArgumentTypes())) {
    std::string origin = describeOrigin(function.getArgument(position));
    auto memref = dyn_cast<MemRefType>(type);
    if (!isPassable(type) && !(memref && isPassableBuffer(memref)))
      return function.emitError()
             << "'" << function.getName() << "'" << origin << " has type "
             << type << ", expected a strided memref or a scalar of "
             << expected;
    bool isStrided = function.getArgAttr(position, kStridedAttr) != nullptr;
    if (memref && memref != getArgumentType(memref, isStrided))
      return function.emitError()
             << "'" << function.getName() << "'" << origin << " has type "
             << type << ", expected " << getArgumentType(memref, isStrided)
             << " since callers choose the offset and "
             << (isStrided ? "all" : "the outer") << " strides";
  }
  for (auto [position, type] : llvm::enumerate(function.getResultTypes())) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!isPassable(type) && !(memref && isPassableBuffer(memref)))
      return function.emitError()
             << "'" << function.getName() << "' (result " << position
             << ") has type " << type
             << ", expected a strided memref or a scalar of " << expected;
  }
  if (failed(checkNames(function)))
    return failure();
  return checkSymbols(function);
}

/// Callers look arguments up by name.
LogicalResult EntryPointConverter::checkNames(func::FuncOp function) {
  DenseMap<StringAttr, unsigned> positions;
  for (unsigned i = 0, end = function.getNumArguments(); i < end; ++i) {
    auto name = function.getArgAttrOfType<StringAttr>(i, kArgumentNameAttr);
    if (!name)
      continue;
    auto [known, isNew] = positions.insert({name, i});
    if (!isNew)
      return function.emitError()
             << "'" << function.getName() << "' has the arguments "
             << known->second << " and " << i << " with " << kArgumentNameAttr
             << " = " << name << ", expected a name of its own for each";
  }
  return success();
}

LogicalResult EntryPointConverter::checkSymbols(func::FuncOp function) {
  std::optional<SymbolTable::UseRange> uses =
      SymbolTable::getSymbolUses(function);
  if (!uses)
    return success();
  for (SymbolTable::SymbolUse use : *uses) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        use.getUser(), use.getSymbolRef());
    if (!callee || callee->hasAttr(kKernelAttr))
      continue;
    if (callee.isExternal())
      return use.getUser()->emitError()
             << "'" << callee.getName()
             << "' has no body: only functions that the module defines can be "
                "called";
    return use.getUser()->emitError()
           << "'" << callee.getName()
           << "' could not be inlined: recursive functions and references to "
              "functions are not supported";
  }
  return success();
}

Value EntryPointConverter::loadPointer(OpBuilder &builder, Location loc,
                                       Value args, unsigned position) {
  Value slot = args;
  if (position != 0)
    slot = LLVM::GEPOp::create(builder, loc, pointer, pointer, args,
                               ArrayRef<LLVM::GEPArg>{int32_t(position)});
  return LLVM::LoadOp::create(builder, loc, pointer, slot);
}

Value EntryPointConverter::loadArgument(OpBuilder &builder, Location loc,
                                        Value address, Type type) {
  if (type.isInteger(1)) {
    Value byte =
        LLVM::LoadOp::create(builder, loc, builder.getI8Type(), address);
    Value zero = LLVM::ConstantOp::create(builder, loc, builder.getI8Type(), 0);
    return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, byte,
                                zero);
  }
  Type inMemory = typeConverter.convertType(type);
  Value value = LLVM::LoadOp::create(builder, loc, inMemory, address);
  if (inMemory == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

void EntryPointConverter::storeResult(OpBuilder &builder, Location loc,
                                      Value address, Value result) {
  Type inMemory = typeConverter.convertType(result.getType());
  if (result.getType().isInteger(1))
    result = LLVM::ZExtOp::create(builder, loc, builder.getI8Type(), result);
  else if (inMemory != result.getType())
    result = UnrealizedConversionCastOp::create(builder, loc, inMemory, result)
                 .getResult(0);
  LLVM::StoreOp::create(builder, loc, result, address);
}

void EntryPointConverter::describe(func::FuncOp function) {
  Builder builder(function.getContext());
  SmallVector<Attribute> arguments, results;
  for (auto [position, type] : llvm::enumerate(function.getArgumentTypes())) {
    NamedAttrList info;
    info.append("type", TypeAttr::get(getHostType(type)));
    if (auto name =
            function.getArgAttrOfType<StringAttr>(position, kArgumentNameAttr))
      info.append("name", name);
    if (function.getArgAttr(position, kWrittenAttr))
      info.append("written", builder.getUnitAttr());
    if (function.getArgAttr(position, kStridedAttr))
      info.append("strided", builder.getUnitAttr());
    arguments.push_back(info.getDictionary(function.getContext()));
  }
  for (Type type : function.getResultTypes())
    results.push_back(builder.getDictionaryAttr(
        builder.getNamedAttr("type", TypeAttr::get(getHostType(type)))));
  function->setAttr(kArgumentsAttr, builder.getArrayAttr(arguments));
  function->setAttr(kResultsAttr, builder.getArrayAttr(results));
}

void EntryPointConverter::convert(func::FuncOp function) {
  describe(function);
  Block &entry = function.front();
  unsigned numArguments = entry.getNumArguments();
  Location loc = function.getLoc();
  entry.addArgument(pointer, loc);
  Value args = entry.addArgument(pointer, loc);

  OpBuilder builder = OpBuilder::atBlockBegin(&entry);
  for (unsigned position = 0; position < numArguments; ++position) {
    BlockArgument argument = entry.getArgument(position);
    if (argument.use_empty())
      continue;
    Value address = loadPointer(builder, argument.getLoc(), args, position);
    argument.replaceAllUsesWith(
        loadArgument(builder, argument.getLoc(), address, argument.getType()));
  }

  function.walk([&](func::ReturnOp op) {
    builder.setInsertionPoint(op);
    for (auto [position, result] : llvm::enumerate(op.getOperands())) {
      Value address = loadPointer(builder, op.getLoc(), args,
                                  numArguments + unsigned(position));
      storeResult(builder, op.getLoc(), address, result);
    }
    Value ok = LLVM::ConstantOp::create(builder, op.getLoc(),
                                        builder.getI32Type(), EMB_OK);
    op.getOperandsMutable().assign(ok);
  });

  entry.eraseArguments(0, numArguments);
  function.setType(FunctionType::get(function.getContext(), {pointer, pointer},
                                     {builder.getI32Type()}));
  function.removeArgAttrsAttr();
  function.removeResAttrsAttr();
  EMB_CHECK(isEntryPoint(function), "later passes recognise an entry point");
}

void ConvertEntryPoints::runOnOperation() {
  SmallVector<func::FuncOp> entryPoints, others;
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    bool isPublic = function.isPublic() && !function.isExternal();
    if ((isPublic && isEntryPoint(function)) || function->hasAttr(kKernelAttr))
      continue;
    (isPublic ? entryPoints : others).push_back(function);
  }

  EntryPointConverter converter(&getContext());
  for (func::FuncOp function : entryPoints)
    if (failed(converter.check(function)))
      return signalPassFailure();
  for (func::FuncOp function : others)
    function.erase();
  for (func::FuncOp function : entryPoints)
    converter.convert(function);
}
