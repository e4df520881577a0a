# The engines under the library. Also read by the installed package, so that a consumer of the static library links the same.
include(CMakeFindDependencyMacro)
# A static library hands its engines on to whoever links it, in whatever folder that stands.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_dependency(fmt)
find_dependency(TBB)
find_dependency(nlohmann_json)
find_dependency(SQLite3)
find_dependency(OpenCV COMPONENTS core imgproc imgcodecs videoio)
find_dependency(Torch)

# FAISS by its files: its own config asks for CMake's OpenMP, which clang has none of on a plain Debian. It calls a BLAS.
find_path(WORKFLOW_FAISS_INCLUDE faiss/IndexHNSW.h)
find_library(WORKFLOW_FAISS_LIBRARY faiss)
find_library(WORKFLOW_BLAS_LIBRARY blas)
find_library(WORKFLOW_LAPACK_LIBRARY lapack)
foreach(found IN ITEMS WORKFLOW_FAISS_INCLUDE WORKFLOW_FAISS_LIBRARY WORKFLOW_BLAS_LIBRARY WORKFLOW_LAPACK_LIBRARY)
  if(NOT ${found})
    message(FATAL_ERROR "FAISS is missing (${found}); on Debian: apt install libfaiss-dev")
  endif()
endforeach()

# Torch's and OpenCV's own targets drag in everything they were built with; their headers are somebody else's warnings.
if(NOT TARGET workflow_torch_engine)
  add_library(workflow_torch_engine INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_torch_engine SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  # gomp is the OpenMP that Debian's LibTorch and OpenBLAS run on; the thread budget is set through it.
  target_link_libraries(workflow_torch_engine INTERFACE ${TORCH_LIBRARIES} gomp)
endif()
if(NOT TARGET workflow_opencv_engine)
  add_library(workflow_opencv_engine INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_opencv_engine SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(workflow_opencv_engine INTERFACE opencv_core opencv_imgproc opencv_imgcodecs opencv_videoio)
endif()
if(NOT TARGET workflow_faiss_engine)
  add_library(workflow_faiss_engine INTERFACE IMPORTED GLOBAL)
  target_include_directories(workflow_faiss_engine SYSTEM INTERFACE ${WORKFLOW_FAISS_INCLUDE})
  target_link_libraries(workflow_faiss_engine INTERFACE ${WORKFLOW_FAISS_LIBRARY} ${WORKFLOW_LAPACK_LIBRARY} ${WORKFLOW_BLAS_LIBRARY} gomp)
endif()
