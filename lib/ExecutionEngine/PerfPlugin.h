//===- PerfPlugin.h - Tells perf of compiled functions ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_PERFPLUGIN_H
#define EMB_LIB_EXECUTIONENGINE_PERFPLUGIN_H

#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"

namespace mlir::emb {

/// Appends the address, size and name of each function that is linked to the
/// file in which perf looks for those of this process, /tmp/perf-<process>.map.
/// Where the environment has JITDUMPDIR, writes a jitdump there too, which has
/// the code and its lines, for `perf inject --jit`.
class PerfPlugin : public llvm::orc::ObjectLinkingLayer::Plugin {
public:
  void modifyPassConfig(llvm::orc::MaterializationResponsibility &,
                        llvm::jitlink::LinkGraph &,
                        llvm::jitlink::PassConfiguration &config) override;
  llvm::Error
  notifyFailed(llvm::orc::MaterializationResponsibility &) override {
    return llvm::Error::success();
  }
  llvm::Error notifyRemovingResources(llvm::orc::JITDylib &,
                                      llvm::orc::ResourceKey) override {
    return llvm::Error::success();
  }
  void notifyTransferringResources(llvm::orc::JITDylib &,
                                   llvm::orc::ResourceKey,
                                   llvm::orc::ResourceKey) override {}
};

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_PERFPLUGIN_H
