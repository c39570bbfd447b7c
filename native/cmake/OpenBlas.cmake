# Target tl::openblas, for tests and benches: the library itself needs none. The OpenBLAS jar has no
# unversioned library, so the file itself is linked.
find_file(openblas_library NAMES libopenblas.so.0 libopenblas.0.dylib libopenblas.dll
  PATHS "${OPENBLAS_DIR}" NO_DEFAULT_PATH NO_CACHE)
if(NOT openblas_library)
  message(FATAL_ERROR "no OpenBLAS library in OPENBLAS_DIR=\"${OPENBLAS_DIR}\"; "
    "pass the folder that holds include/cblas.h and libopenblas.so.0, "
    "as unpacked by Maven into bindings/target/openblas")
endif()
add_library(tl::openblas UNKNOWN IMPORTED)
set_target_properties(tl::openblas PROPERTIES
  IMPORTED_LOCATION "${openblas_library}"
  INTERFACE_INCLUDE_DIRECTORIES "${OPENBLAS_DIR}/include")
if(UNIX AND NOT APPLE)
  # OpenBLAS needs the libgfortran of the same folder.
  set_property(TARGET tl::openblas PROPERTY
    INTERFACE_LINK_OPTIONS "-Wl,-rpath-link,${OPENBLAS_DIR}")
endif()
