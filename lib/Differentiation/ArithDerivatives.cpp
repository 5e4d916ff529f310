#include "emb/Differentiation/Derivatives.h"
#include "mlir/IR/DialectRegistry.h"
void mlir::emb::registerArithDerivatives(DialectRegistry &registry) {}
