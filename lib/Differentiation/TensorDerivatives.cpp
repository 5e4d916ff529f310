#include "emb/Differentiation/Derivatives.h"
#include "mlir/IR/DialectRegistry.h"
void mlir::emb::registerTensorDerivatives(DialectRegistry &registry) {}
