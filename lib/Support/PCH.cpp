// Owns the precompiled headers; deliberately empty.
