# Target hwy::hwy, Highway 1.2 as a static library. Order: what ci/bootstrap built or the system
# has; else the
# pinned release, from the tarball named by HIGHWAY_SOURCE or from upstream.
set(HIGHWAY_URL "https://github.com/google/highway/archive/refs/tags/1.2.0.tar.gz")
set(HIGHWAY_SHA256 7e0be78b8318e8bdbf6fa545d2ecb4c90f947df03f7aadc42c1967f019e63343)
set(HIGHWAY_SOURCE "${HIGHWAY_URL}" CACHE STRING "URL or file of the pinned sources")

find_package(hwy 1.2 CONFIG QUIET HINTS "${CMAKE_SOURCE_DIR}/.build/${CMAKE_SYSTEM_PROCESSOR}")
if(NOT hwy_FOUND)
  message(STATUS "Highway: building ${HIGHWAY_SOURCE}")
  include(FetchContent)
  set(BUILD_SHARED_LIBS OFF)
  set(BUILD_TESTING OFF)
  set(HWY_ENABLE_CONTRIB OFF)
  set(HWY_ENABLE_EXAMPLES OFF)
  set(HWY_ENABLE_INSTALL OFF)
  set(HWY_ENABLE_TESTS OFF)
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  FetchContent_Declare(highway URL "${HIGHWAY_SOURCE}" URL_HASH SHA256=${HIGHWAY_SHA256}
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  FetchContent_MakeAvailable(highway)
  add_library(hwy::hwy ALIAS hwy)
endif()
