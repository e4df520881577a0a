# Writes the built-in manifests into a source file: cmake -DMODELS=<folder> -DOUTPUT=<file> -P EmbedModels.cmake
file(GLOB manifests ${MODELS}/*/model.json)
list(SORT manifests)
set(entries "")
foreach(manifest IN LISTS manifests)
  get_filename_component(folder ${manifest} DIRECTORY)
  file(READ ${folder}/model.json json)
  file(READ ${folder}/labels.txt labels)
  file(READ ${folder}/card.md card)
  string(APPEND entries "      {R\"__(${json})__\",\n       R\"__(${labels})__\",\n       R\"__(${card})__\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"catalogue/builtin.h\"

namespace workflow {

const std::vector<BuiltinText>& builtin_texts() {
  static const std::vector<BuiltinText> texts = {
${entries}  };
  return texts;
}

}  // namespace workflow
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
