//===- SignatureTest.cpp - What functions take and give -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

TEST(ValueType, TextGoesBothWays) {
  for (const char *text :
       {"f32", "i1", "i64", "bf16", "tensor<f32>", "tensor<?xi64>",
        "tensor<1000x64xf32>", "tensor<0x?x3xbf16>"}) {
    std::optional<ValueType> type = ValueType::parse(text);
    ASSERT_TRUE(type) << text;
    EXPECT_EQ(type->str(), text);
  }
  for (const char *text :
       {"", "f", "tensor<", "tensor<>", "tensor<3x>", "tensor<xf32>",
        "tensor<-1xf32>", "tensor<3xf32", "tensor<3xf32>x", "3xf32",
        "tensor<99999999999999999999xf32>", "tensor<*xf32>"})
    EXPECT_FALSE(ValueType::parse(text)) << text;
}

class SignatureTest : public testing::Test {
protected:
  SignatureTest() { context.loadDialect<LLVM::LLVMDialect>(); }

  llvm::Expected<Signature> get(const std::string &attributes) {
    context.allowUnregisteredDialects();
    module = parseSourceString<ModuleOp>(
        "llvm.func @step(!llvm.ptr, !llvm.ptr) -> i32 attributes {" +
            attributes + "}",
        &context);
    EXPECT_TRUE(module);
    return Signature::fromFunction(&module->getBody()->front());
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(SignatureTest, FromAttributesToTextAndJSON) {
  ASSERT_OK(signature,
            get("emb.arguments = [{type = tensor<1000x64xf32>, name = \"w\", "
                "written}, {type = tensor<?xi64>}, {type = index, name = "
                "\"odd \\FF\\22 name\"}], emb.results = [{type = f32}, {type "
                "= tensor<?x64xbf16>}]"));
  EXPECT_EQ(signature.str(),
            "step(w: tensor<1000x64xf32> written, tensor<?xi64>, odd \xff\" "
            "name: i64) -> (f32, tensor<?x64xbf16>)");
  EXPECT_EQ(signature.findArgument("w"), 0);
  EXPECT_EQ(signature.findArgument(""), -1);
  EXPECT_EQ(signature.findArgument("x"), -1);
  EXPECT_EQ(signature.describeArgument(0), "argument 0 'w'");
  EXPECT_EQ(signature.describeArgument(1), "argument 1");

  std::string text;
  llvm::raw_string_ostream(text) << signature.toJSON();
  ASSERT_OK(json, llvm::json::parse(text));
  ASSERT_OK(again, Signature::fromJSON(json));
  EXPECT_EQ(again.str(), signature.str());
  EXPECT_EQ(again.arguments[1].type.shape[0], kDynamicSize);
}

TEST_F(SignatureTest, BadAttributesAreErrors) {
  EXPECT_FAILS(get(""), EMB_COMPILE_ERROR, "'step': no entry point");
  EXPECT_FAILS(get("emb.arguments = [], emb.results = 3"), EMB_COMPILE_ERROR,
               "no entry point");
  EXPECT_FAILS(get("emb.arguments = [{type = f32}, {}], emb.results = []"),
               EMB_COMPILE_ERROR, "entry 1 of emb.arguments has no type");
  EXPECT_FAILS(get("emb.arguments = [], emb.results = [{type = f80}]"),
               EMB_COMPILE_ERROR, "entry 0 of emb.results has no type");
  EXPECT_FAILS(get("emb.arguments = [7], emb.results = []"), EMB_COMPILE_ERROR,
               "entry 0 of emb.arguments has no type");
}

TEST(SignatureJSON, BadJSONIsAnError) {
  for (const char *text :
       {"3", "{}", "{\"name\": \"ab\"}",
        "{\"name\": \"zz\", \"arguments\": [], \"results\": []}",
        "{\"name\": \"61\", \"arguments\": [3], \"results\": []}",
        "{\"name\": \"61\", \"arguments\": [{\"type\": \"f\"}], \"results\": "
        "[]}",
        "{\"name\": \"61\", \"arguments\": [], \"results\": [\"f31\"]}"}) {
    ASSERT_OK(json, llvm::json::parse(text));
    EXPECT_FAILS(Signature::fromJSON(json), EMB_IO_ERROR, "signature: ");
  }
}
