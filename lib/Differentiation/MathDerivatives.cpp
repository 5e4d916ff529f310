#include "emb/Differentiation/Derivatives.h"
#include "mlir/IR/DialectRegistry.h"
void mlir::emb::registerMathDerivatives(DialectRegistry &registry) {}
