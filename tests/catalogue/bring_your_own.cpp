#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "models.h"
#include "workflow/catalogue/catalogue.h"
#include "workflow/model/classifier.h"

using namespace workflow;

namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The model.json that the guide prints.
Json manifest_of_guide() {
  const std::string guide = text_of(WORKFLOW_SOURCE_DIR "/docs/bring-your-own-model.md");
  const std::size_t begin = guide.find("```json\n") + 8;
  return Json::parse(guide.substr(begin, guide.find("```", begin) - begin));
}

constexpr const char* python = R"(
import torch, torchvision
torch.manual_seed(1)
model = torchvision.models.resnet18(num_classes=5)
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.running_mean.uniform_(-0.1, 0.1)
        module.running_var.uniform_(0.5, 1.5)
torch.save({"epoch": 3, "state_dict": model.state_dict()}, "weights.pth")
model.eval()
torch.jit.script(model).save("weights.pt")
y, x, c = torch.meshgrid(torch.arange(224), torch.arange(224), torch.arange(3), indexing="ij")
pixels = ((x * 3 + y * 5 + c * 40) % 256).float() / 255
image = (pixels.permute(2, 0, 1) - torch.tensor([0.485, 0.456, 0.406])[:, None, None]) / torch.tensor([0.229, 0.224, 0.225])[:, None, None]
with torch.no_grad():
    open("scores.txt", "w").write(" ".join(str(v) for v in torch.softmax(model(image[None]), 1)[0].tolist()))
)";

// The same picture; its channels are stored as blue, green, red.
Image picture() {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < 224; ++y)
    for (int x = 0; x < 224; ++x)
      for (int c = 2; c >= 0; --c) pixels.push_back(static_cast<std::uint8_t>((x * 3 + y * 5 + c * 40) % 256));
  return Image::copy_of(pixels, 224, 224);
}

}  // namespace

TEST_CASE("The guide's model.json runs a .pth and a TorchScript program from Python with PyTorch's own scores") {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path + "/make.py") << python;
  if (std::system(("cd '" + folder.path + "' && /usr/bin/python3 make.py 2>/dev/null").c_str()) != 0) {
    WARN("skipped, as /usr/bin/python3 has no torchvision");
    return;
  }
  std::vector<float> wanted(5);
  std::ifstream scores(folder.path + "/scores.txt");
  for (float& score : wanted) REQUIRE(scores >> score);

  for (const std::string file : {"weights.pth", "weights.pt"}) {
    CAPTURE(file);
    Json json = manifest_of_guide();
    const bool is_program = file == "weights.pt";
    if (is_program) json["architecture"] = "torchscript", json["settings"] = Json();
    const std::string model = folder.path + "/my-models/flowers/1";
    fs::remove_all(model);
    fs::create_directories(model);
    fs::copy_file(folder.path + "/" + file, model + "/" + file);
    std::ofstream(model + "/model.json") << json.dump();
    std::ofstream(model + "/labels.txt") << "daisy\ndandelion\nrose\nsunflower\ntulip\n";

    const auto mine = Catalogue::open(folder.path + "/my-models");
    const auto flowers = mine.load<Classifier>("flowers", {.device = Device::cpu()});
    const Concepts seen = flowers.classify(picture());
    REQUIRE(seen.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(seen.score(flowers.labels()[i]) == Approx(wanted[i]).epsilon(1e-3));
    CHECK(mine.find({.text = "flower"}).size() == 1);
  }
}
