# The engines under the library. Also read by the installed package, so that a consumer of the static library links the same.
include(CMakeFindDependencyMacro)
# A static library hands its engines on to whoever links it, in whatever folder that stands.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_dependency(fmt)
find_dependency(TBB)
find_dependency(ZLIB)
find_dependency(nlohmann_json)
find_dependency(SQLite3)
find_dependency(OpenCV COMPONENTS core imgproc imgcodecs videoio)
find_dependency(Torch)
find_dependency(CURL)
find_dependency(OpenSSL COMPONENTS Crypto)
find_dependency(ICU COMPONENTS uc)
find_dependency(ZXing)

# Torch's and OpenCV's own targets drag in everything they were built with; their headers are somebody else's warnings.
if(NOT TARGET workflow_torch_engine)
  add_library(workflow_torch_engine INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_torch_engine SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  # gomp is the OpenMP that Debian's LibTorch and OpenBLAS run on; the thread budget is set through it.
  target_link_libraries(workflow_torch_engine INTERFACE ${TORCH_LIBRARIES} gomp)
endif()
if(NOT TARGET workflow_onednn_engine)
  # Debian's LibTorch runs on the same shared library; its own package file asks for OpenCL, which nothing here needs.
  find_library(WORKFLOW_ONEDNN dnnl REQUIRED)
  add_library(workflow_onednn_engine INTERFACE IMPORTED GLOBAL)
  target_link_libraries(workflow_onednn_engine INTERFACE ${WORKFLOW_ONEDNN})
endif()
if(NOT TARGET workflow_opencv_engine)
  add_library(workflow_opencv_engine INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_opencv_engine SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(workflow_opencv_engine INTERFACE opencv_core opencv_imgproc opencv_imgcodecs opencv_videoio)
endif()

# Snowball's stemmers, for the catalogue's search; Debian ships them without a CMake package.
if(NOT TARGET workflow_stemmer)
  find_path(WORKFLOW_STEMMER_INCLUDE libstemmer.h REQUIRED)
  find_library(WORKFLOW_STEMMER_LIBRARY stemmer REQUIRED)
  mark_as_advanced(WORKFLOW_STEMMER_INCLUDE WORKFLOW_STEMMER_LIBRARY)
  add_library(workflow_stemmer INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_stemmer SYSTEM INTERFACE ${WORKFLOW_STEMMER_INCLUDE})
  target_link_libraries(workflow_stemmer INTERFACE ${WORKFLOW_STEMMER_LIBRARY})
endif()
if(NOT TARGET workflow_re2_engine)
  # Debian 12's RE2 brings no package for CMake.
  find_path(WORKFLOW_RE2_INCLUDE re2/re2.h REQUIRED)
  find_library(WORKFLOW_RE2_LIBRARY re2 REQUIRED)
  add_library(workflow_re2_engine INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_re2_engine SYSTEM INTERFACE ${WORKFLOW_RE2_INCLUDE})
  target_link_libraries(workflow_re2_engine INTERFACE ${WORKFLOW_RE2_LIBRARY})
endif()
