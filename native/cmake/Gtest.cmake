# Targets GTest::gtest and GTest::gtest_main. Order: what ci/bootstrap unpacked or the system has;
# else the
# pinned release, from the tarball named by GTEST_SOURCE or from upstream.
set(GTEST_URL "https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz")
set(GTEST_SHA256 81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2)
set(GTEST_SOURCE "${GTEST_URL}" CACHE STRING "URL or file of the pinned sources")

find_package(GTest 1.12 CONFIG QUIET HINTS "${CMAKE_SOURCE_DIR}/.build/${CMAKE_SYSTEM_PROCESSOR}")
if(NOT GTest_FOUND)
  message(STATUS "GoogleTest: building ${GTEST_SOURCE}")
  include(FetchContent)
  set(BUILD_SHARED_LIBS OFF)
  set(BUILD_GMOCK OFF)
  set(INSTALL_GTEST OFF)
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  FetchContent_Declare(googletest URL "${GTEST_SOURCE}" URL_HASH SHA256=${GTEST_SHA256}
    DOWNLOAD_EXTRACT_TIMESTAMP OFF)
  FetchContent_MakeAvailable(googletest)
endif()
