#include "workflow/operators/grayscale.h"

#include <opencv2/imgproc.hpp>

#include "operators/pixels.h"

namespace workflow {

Image Grayscale::operator()(const Image& image) const {
  return redrawn(image, kind, [](const cv::Mat& pixels) {
    cv::Mat grey;
    cv::cvtColor(pixels, grey, cv::COLOR_BGR2GRAY);
    return grey;  // from_mat spreads it over three channels
  });
}

}  // namespace workflow
