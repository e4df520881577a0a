# The engines under the library. Also read by the installed package, so that a consumer of the static library links the same.
include(CMakeFindDependencyMacro)
# A static library hands its engines on to whoever links it, in whatever folder that stands.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_dependency(fmt)
find_dependency(TBB)
find_dependency(nlohmann_json)
find_dependency(OpenCV COMPONENTS core imgproc imgcodecs videoio)
find_dependency(Torch)

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
