//===- ConvertRuntime.cpp - Calls of the runtime --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Runtime/RuntimeABI.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTRUNTIME
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
/// What all functions of a module share: the declarations of the runtime's
/// functions and the strings of the messages.
class RuntimeSymbols {
public:
  explicit RuntimeSymbols(ModuleOp module)
      : module(module), table(module),
        pointer(LLVM::LLVMPointerType::get(module.getContext())) {}

  /// The declaration of `name`; failure if the module has another symbol of
  /// this name.
  FailureOr<LLVM::LLVMFuncOp> getFunction(StringRef name, Type result,
                                          ArrayRef<Type> arguments);
  /// The address of a constant, null-terminated copy of `text`.
  Value getString(OpBuilder &builder, Location loc, StringRef text);

private:
  ModuleOp module;
  SymbolTable table;
  LLVM::LLVMPointerType pointer;
  llvm::StringMap<LLVM::GlobalOp> strings;
};

/// Lowers the operations of one entry point that the runtime serves.
class RuntimeCallBuilder {
public:
  RuntimeCallBuilder(func::FuncOp function, RuntimeSymbols &symbols,
                     const LLVMTypeConverter &typeConverter)
      : function(function), symbols(symbols), typeConverter(typeConverter),
        builder(function.getContext()),
        pointer(LLVM::LLVMPointerType::get(function.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()) {}

  /// Calls embCheckContext first of all; only what the function has on its
  /// stack comes before.
  LogicalResult checkContext();
  LogicalResult lower(Operation *op);

private:
  LogicalResult lowerCheck(CheckIndicesOp op);
  LogicalResult lowerCheck(CheckOffsetsOp op);
  LogicalResult lowerCheck(CheckEqualOp op);
  LogicalResult lowerAssert(cf::AssertOp op);
  LogicalResult lowerGroup(GroupOp op);
  /// The fields of the EmbIndexSource that index tensor `number` of `op` is.
  SmallVector<Value> getSourceFields(GroupOp op, unsigned number);
  LogicalResult lowerAlloc(memref::AllocOp op);
  LogicalResult lowerProfile(ProfileBeginOp op);
  LogicalResult lowerProfile(ProfileEndOp op);

  Value getContextPointer() { return function.getArgument(0); }
  Value constant(Location loc, Type type, int64_t value) {
    return LLVM::ConstantOp::create(builder, loc, type, value);
  }
  /// `index` as i64.
  Value toI64(Location loc, Value index) {
    return builder.createOrFold<arith::IndexCastOp>(loc, i64, index);
  }
  /// The LLVM struct that describes a memref.
  Value getDescriptor(Location loc, Value memref);
  /// Room for a value of `type` on the stack, taken once per call.
  Value getSlot(Location loc, Type type);
  /// Stores a value, or the descriptor of a memref, in a slot of its own.
  Value spill(Location loc, Value value);
  /// The bytes of a buffer, 2^64 - 1 if they do not fit 64 bits.
  Value getNumBytes(Location loc, MemRefType type, ValueRange dynamicSizes);

  /// The call of a runtime function; the context comes before `operands`.
  FailureOr<Value> call(Location loc, StringRef name, Type result,
                        ValueRange operands);
  /// The same, and leaves the function if the status is not EMB_OK. What comes
  /// after the insertion point moves to a new block.
  LogicalResult callOrFail(Location loc, StringRef name, ValueRange operands);
  /// Ends the block at the insertion point: goes on after it if `ok` holds,
  /// else in `otherwise`.
  void branch(Location loc, Value ok, Block *otherwise,
              ValueRange operands = {});
  /// The block that returns its argument, a status.
  Block *getFailureBlock();

  func::FuncOp function;
  RuntimeSymbols &symbols;
  const LLVMTypeConverter &typeConverter;
  OpBuilder builder;
  Type pointer, i32, i64;
  Block *failureBlock = nullptr;
};

struct ConvertRuntime : public emb::impl::ConvertRuntimeBase<ConvertRuntime> {
  void runOnOperation() override;
};
} // namespace

//===----------------------------------------------------------------------===//
// RuntimeSymbols
//===----------------------------------------------------------------------===//

FailureOr<LLVM::LLVMFuncOp>
RuntimeSymbols::getFunction(StringRef name, Type result,
                            ArrayRef<Type> arguments) {
  auto type = LLVM::LLVMFunctionType::get(result, arguments);
  if (Operation *found = table.lookup(name)) {
    auto function = dyn_cast<LLVM::LLVMFuncOp>(found);
    if (function && function.isExternal() && function.getFunctionType() == type)
      return function;
    return found->emitError() << "the name '" << name
                              << "' is reserved for a function of the runtime";
  }
  OpBuilder builder(module.getBodyRegion());
  auto function =
      LLVM::LLVMFuncOp::create(builder, module.getLoc(), name, type);
  function.setNoUnwind(true);
  function.setWillReturn(true);
  if (isa<LLVM::LLVMPointerType>(result)) {
    function.setResultAttr(0, LLVM::LLVMDialect::getNoAliasAttrName(),
                           builder.getUnitAttr());
    function.setResultAttr(0, LLVM::LLVMDialect::getAlignAttrName(),
                           builder.getI64IntegerAttr(EMB_ALIGNMENT));
  }
  table.insert(function);
  return function;
}

Value RuntimeSymbols::getString(OpBuilder &builder, Location loc,
                                StringRef text) {
  LLVM::GlobalOp &global = strings[text];
  if (!global) {
    OpBuilder moduleBuilder(module.getBodyRegion());
    std::string terminated = (text + StringRef("\0", 1)).str();
    auto type =
        LLVM::LLVMArrayType::get(builder.getI8Type(), terminated.size());
    global = LLVM::GlobalOp::create(moduleBuilder, module.getLoc(), type,
                                    /*isConstant=*/true,
                                    LLVM::Linkage::Internal, "emb_message",
                                    builder.getStringAttr(terminated));
    global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
    table.insert(global);
  }
  return LLVM::AddressOfOp::create(builder, loc, pointer, global.getSymName());
}

//===----------------------------------------------------------------------===//
// RuntimeCallBuilder
//===----------------------------------------------------------------------===//

Value RuntimeCallBuilder::getDescriptor(Location loc, Value memref) {
  return UnrealizedConversionCastOp::create(
             builder, loc, typeConverter.convertType(memref.getType()), memref)
      .getResult(0);
}

Value RuntimeCallBuilder::getSlot(Location loc, Type type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&function.front());
  return LLVM::AllocaOp::create(builder, loc, pointer, type,
                                constant(loc, i64, 1));
}

Value RuntimeCallBuilder::spill(Location loc, Value value) {
  if (isa<MemRefType>(value.getType()))
    value = getDescriptor(loc, value);
  Value slot = getSlot(loc, value.getType());
  LLVM::StoreOp::create(builder, loc, value, slot);
  return slot;
}

Block *RuntimeCallBuilder::getFailureBlock() {
  if (failureBlock)
    return failureBlock;
  OpBuilder::InsertionGuard guard(builder);
  failureBlock = builder.createBlock(
      &function.getBody(), function.getBody().end(), i32, function.getLoc());
  func::ReturnOp::create(builder, function.getLoc(),
                         failureBlock->getArgument(0));
  return failureBlock;
}

void RuntimeCallBuilder::branch(Location loc, Value ok, Block *otherwise,
                                ValueRange operands) {
  Block *block = builder.getInsertionBlock();
  Block *rest = block->splitBlock(builder.getInsertionPoint());
  builder.setInsertionPointToEnd(block);
  // Failures are rare: their code belongs out of the way.
  cf::CondBranchOp::create(builder, loc, ok, rest, ValueRange(), otherwise,
                           operands, ArrayRef<int32_t>{1 << 20, 1});
  builder.setInsertionPointToStart(rest);
}

FailureOr<Value> RuntimeCallBuilder::call(Location loc, StringRef name,
                                          Type result, ValueRange operands) {
  SmallVector<Value> all = {getContextPointer()};
  llvm::append_range(all, operands);
  FailureOr<LLVM::LLVMFuncOp> callee = symbols.getFunction(
      name, result, llvm::to_vector(ValueRange(all).getTypes()));
  if (failed(callee))
    return failure();
  return LLVM::CallOp::create(builder, loc, *callee, all).getResult();
}

LogicalResult RuntimeCallBuilder::callOrFail(Location loc, StringRef name,
                                             ValueRange operands) {
  FailureOr<Value> status = call(loc, name, i32, operands);
  if (failed(status))
    return failure();
  Value ok = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                  *status, constant(loc, i32, EMB_OK));
  branch(loc, ok, getFailureBlock(), *status);
  return success();
}

LogicalResult RuntimeCallBuilder::checkContext() {
  Location loc = function.getLoc();
  Block &entry = function.front();
  builder.setInsertionPointToStart(&entry);
  // LLVM promotes to registers only what the entry block has on the stack.
  SmallVector<memref::AllocaOp> allocas;
  for (auto op : entry.getOps<memref::AllocaOp>())
    if (op->getNumOperands() == 0)
      allocas.push_back(op);
  for (memref::AllocaOp op : llvm::reverse(allocas))
    op->moveBefore(&entry, entry.begin());
  if (!allocas.empty())
    builder.setInsertionPointAfter(allocas.back());
  return callOrFail(loc, "embCheckContext",
                    constant(loc, i32, EMB_ABI_VERSION));
}

LogicalResult RuntimeCallBuilder::lowerCheck(CheckIndicesOp op) {
  Location loc = op.getLoc();
  auto type = cast<MemRefType>(op.getIndices().getType());
  return callOrFail(loc, "embCheckIndices",
                    {symbols.getString(builder, loc, op.getLabel()),
                     constant(loc, i32, type.getElementTypeBitWidth()),
                     constant(loc, i64, type.getRank()),
                     spill(loc, op.getIndices()), toI64(loc, op.getBound())});
}

LogicalResult RuntimeCallBuilder::lowerCheck(CheckOffsetsOp op) {
  Location loc = op.getLoc();
  auto type = cast<MemRefType>(op.getOffsets().getType());
  return callOrFail(loc, "embCheckOffsets",
                    {symbols.getString(builder, loc, op.getLabel()),
                     constant(loc, i32, type.getElementTypeBitWidth()),
                     constant(loc, i64, type.getRank()),
                     spill(loc, op.getOffsets()), toI64(loc, op.getSize()),
                     constant(loc, i32, op.getIncludeLastOffset())});
}

LogicalResult RuntimeCallBuilder::lowerCheck(CheckEqualOp op) {
  Location loc = op.getLoc();
  Value found = toI64(loc, op.getFound());
  Value expected = toI64(loc, op.getExpected());
  Value equal = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                     found, expected);
  Block *unequal = new Block();
  branch(loc, equal, unequal);
  function.getBody().push_back(unequal);
  builder.setInsertionPointToStart(unequal);
  FailureOr<Value> status =
      call(loc, "embCheckEqual", i32,
           {symbols.getString(builder, loc, op.getLabel()), found, expected});
  if (failed(status))
    return failure();
  cf::BranchOp::create(builder, loc, getFailureBlock(), *status);
  return success();
}

LogicalResult RuntimeCallBuilder::lowerAssert(cf::AssertOp op) {
  Location loc = op.getLoc();
  Block *violated = new Block();
  branch(loc, op.getArg(), violated);
  function.getBody().push_back(violated);
  builder.setInsertionPointToStart(violated);
  FailureOr<Value> status =
      call(loc, "embFail", i32,
           {constant(loc, i32, EMB_INVALID_ARGUMENT),
            symbols.getString(builder, loc, op.getMsg())});
  if (failed(status))
    return failure();
  cf::BranchOp::create(builder, loc, getFailureBlock(), *status);
  return success();
}

SmallVector<Value> RuntimeCallBuilder::getSourceFields(GroupOp op,
                                                       unsigned number) {
  Location loc = op.getLoc();
  Value indices = op.getIndices()[number];
  auto type = cast<MemRefType>(indices.getType());
  Value padding = op.getPadding().empty() ? constant(loc, i64, -1)
                                          : toI64(loc, op.getPadding()[number]);
  SmallVector<Value> fields = {
      spill(loc, indices), constant(loc, i32, type.getRank()),
      constant(loc, i32, type.getElementTypeBitWidth()), padding};
  if (Value offsets = op.getOffsets()) {
    unsigned bits =
        cast<MemRefType>(offsets.getType()).getElementTypeBitWidth();
    fields.append({spill(loc, offsets), constant(loc, i32, EMB_POSITIONS_BAG),
                   constant(loc, i32, bits)});
    return fields;
  }
  fields.append(
      {LLVM::ZeroOp::create(builder, loc, pointer),
       constant(loc, i32,
                op.getByBag() ? EMB_POSITIONS_ROW : EMB_POSITIONS_OCCURRENCE),
       constant(loc, i32, 0)});
  return fields;
}

LogicalResult RuntimeCallBuilder::lowerGroup(GroupOp op) {
  Location loc = op.getLoc();
  // struct EmbIndexSource
  auto sourceType = LLVM::LLVMStructType::getLiteral(
      op.getContext(), {pointer, i32, i32, i64, pointer, i32, i32});
  int64_t numSources = op.getIndices().size();
  Value sources =
      getSlot(loc, LLVM::LLVMArrayType::get(sourceType, numSources));
  for (int32_t number = 0; number < numSources; ++number) {
    for (auto [field, value] : llvm::enumerate(getSourceFields(op, number))) {
      Value address =
          LLVM::GEPOp::create(builder, loc, pointer, sourceType, sources,
                              ArrayRef<LLVM::GEPArg>{number, int32_t(field)});
      LLVM::StoreOp::create(builder, loc, value, address);
    }
  }

  SmallVector<Value> operands = {constant(loc, i32, numSources), sources};
  StringRef names[] = {"rows", "bounds", "positions"};
  for (auto [name, init] : llvm::zip_equal(names, op.getInits())) {
    auto type = cast<MemRefType>(init.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    if (failed(type.getStridesAndOffset(strides, offset)) ||
        strides.back() != 1)
      return op.emitError() << "'" << name << "' has type " << type
                            << ", expected contiguous elements";
    operands.push_back(constant(loc, i32, type.getElementTypeBitWidth()));
    operands.push_back(MemRefDescriptor(getDescriptor(loc, init))
                           .bufferPtr(builder, loc, typeConverter, type));
  }
  Value slot = getSlot(loc, i64);
  operands.push_back(slot);
  if (failed(callOrFail(loc, "embGroup", operands)))
    return failure();
  Value count = LLVM::LoadOp::create(builder, loc, i64, slot);
  op.getCount().replaceAllUsesWith(
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(), count));
  return success();
}

Value RuntimeCallBuilder::getNumBytes(Location loc, MemRefType type,
                                      ValueRange dynamicSizes) {
  unsigned bits = type.getElementType().isIndex()
                      ? typeConverter.getIndexTypeBitwidth()
                      : type.getElementTypeBitWidth();
  uint64_t known = llvm::PowerOf2Ceil(llvm::divideCeil(bits, 8));
  bool tooLarge = false;
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent)) {
      bool overflow = false;
      known = llvm::SaturatingMultiply(known, uint64_t(extent), &overflow);
      tooLarge |= overflow;
    }
  Value refused = constant(loc, i64, -1);
  if (tooLarge)
    return refused;

  Value bytes = constant(loc, i64, known);
  Value overflow;
  auto pairType = LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                                   {i64, builder.getI1Type()});
  for (Value size : dynamicSizes) {
    Value pair = LLVM::UMulWithOverflowOp::create(builder, loc, pairType, bytes,
                                                  toI64(loc, size));
    bytes = LLVM::ExtractValueOp::create(builder, loc, pair, 0);
    Value carry = LLVM::ExtractValueOp::create(builder, loc, pair, 1);
    overflow =
        overflow ? LLVM::OrOp::create(builder, loc, overflow, carry) : carry;
  }
  if (!overflow)
    return bytes;
  return LLVM::SelectOp::create(builder, loc, overflow, refused, bytes);
}

LogicalResult RuntimeCallBuilder::lowerAlloc(memref::AllocOp op) {
  Location loc = op.getLoc();
  MemRefType type = op.getType();
  if (!type.getLayout().isIdentity() || type.getMemorySpace())
    return op.emitError() << "has type " << type
                          << ", expected an identity layout in the default "
                             "memory space";
  if (op.getAlignment().value_or(1) > EMB_ALIGNMENT)
    return op.emitError() << "asks for an alignment of " << *op.getAlignment()
                          << " bytes, expected at most " << EMB_ALIGNMENT;
  if (!type.getElementType().isIntOrIndexOrFloat())
    return op.emitError() << "has elements of type " << type.getElementType()
                          << ", expected integers or floats";

  FailureOr<Value> memory = call(loc, "embAlloc", pointer,
                                 getNumBytes(loc, type, op.getDynamicSizes()));
  if (failed(memory))
    return failure();
  Value null = LLVM::ZeroOp::create(builder, loc, pointer);
  Value ok = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne,
                                  *memory, null);
  branch(loc, ok, getFailureBlock(), constant(loc, i32, EMB_OUT_OF_MEMORY));

  SmallVector<Value> extents;
  auto dynamicSizes = op.getDynamicSizes().begin();
  for (int64_t extent : type.getShape())
    extents.push_back(ShapedType::isDynamic(extent)
                          ? toI64(loc, *dynamicSizes++)
                          : constant(loc, i64, extent));
  MemRefDescriptor descriptor =
      MemRefDescriptor::poison(builder, loc, typeConverter.convertType(type));
  descriptor.setAllocatedPtr(builder, loc, *memory);
  descriptor.setAlignedPtr(builder, loc, *memory);
  descriptor.setConstantOffset(builder, loc, 0);
  Value stride = constant(loc, i64, 1);
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    descriptor.setSize(builder, loc, dim, extents[dim]);
    descriptor.setStride(builder, loc, dim, stride);
    if (dim > 0)
      stride = LLVM::MulOp::create(builder, loc, stride, extents[dim]);
  }
  op.replaceAllUsesWith(
      UnrealizedConversionCastOp::create(builder, loc, type, Value(descriptor))
          .getResult(0));
  return success();
}

LogicalResult RuntimeCallBuilder::lowerProfile(ProfileBeginOp op) {
  Location loc = op.getLoc();
  return call(loc, "embProfileBegin",
              LLVM::LLVMVoidType::get(op.getContext()),
              constant(loc, i32, op.getRegion()));
}

LogicalResult RuntimeCallBuilder::lowerProfile(ProfileEndOp op) {
  Location loc = op.getLoc();
  return call(loc, "embProfileEnd", LLVM::LLVMVoidType::get(op.getContext()),
              {constant(loc, i32, op.getRegion()), toI64(loc, op.getBytes())});
}

/// Reports why `op` cannot become a call that may leave the function.
static LogicalResult checkPlace(Operation *op, func::FuncOp function) {
  for (Type type : op->getOperandTypes())
    if (isa<TensorType>(type))
      return op->emitError()
             << "has an operand of type " << type << ", expected a memref";
  if (!isEntryPoint(function))
    return op->emitError() << "expected in an entry point, which has a context "
                              "for the runtime; '"
                           << function.getName() << "' is none";
  if (op->getParentOfType<omp::ParallelOp>())
    return op->emitError() << "in a parallel loop, expected before it: a "
                              "thread cannot leave the function when it fails";
  if (op->getParentRegion() != &function.getBody())
    return op->emitError() << "in '" << op->getParentOp()->getName()
                           << "', expected in the body of the function: lower "
                              "structured control flow first";
  return success();
}

LogicalResult RuntimeCallBuilder::lower(Operation *op) {
  if (isa<memref::DeallocOp>(op)) {
    // The context takes its memory back when the call ends.
    op->erase();
    return success();
  }
  if (failed(checkPlace(op, function)))
    return failure();
  builder.setInsertionPoint(op);
  LogicalResult result =
      TypeSwitch<Operation *, LogicalResult>(op)
          .Case<CheckIndicesOp, CheckOffsetsOp, CheckEqualOp>(
              [&](auto check) { return lowerCheck(check); })
          .Case([&](cf::AssertOp assertion) { return lowerAssert(assertion); })
          .Case([&](GroupOp group) { return lowerGroup(group); })
          .Case([&](memref::AllocOp alloc) { return lowerAlloc(alloc); })
          .Case<ProfileBeginOp, ProfileEndOp>(
              [&](auto profile) { return lowerProfile(profile); })
          .Default([](Operation *other) {
            return other->emitError()
                   << "has no function in the runtime, expected to be lowered "
                      "before";
          });
  if (succeeded(result))
    op->erase();
  return result;
}

void ConvertRuntime::runOnOperation() {
  ModuleOp module = getOperation();
  RuntimeSymbols symbols(module);
  LLVMTypeConverter typeConverter(&getContext());
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  for (func::FuncOp function : functions) {
    SmallVector<Operation *> ops;
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!isa_and_nonnull<EmbDialect>(op->getDialect()) &&
          !isa<cf::AssertOp, memref::AllocOp, memref::DeallocOp>(op))
        return WalkResult::advance();
      ops.push_back(op);
      return WalkResult::skip();
    });
    RuntimeCallBuilder calls(function, symbols, typeConverter);
    if (isEntryPoint(function) && failed(calls.checkContext()))
      return signalPassFailure();
    for (Operation *op : ops)
      if (failed(calls.lower(op)))
        return signalPassFailure();
  }
}
