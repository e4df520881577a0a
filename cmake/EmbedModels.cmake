# Writes the built-in models into a source file: cmake -DMODELS=<folder> -DOUTPUT=<file> -P EmbedModels.cmake
# A model that was trained here has its weights beside its manifest; the assembler takes them in as they are.
file(GLOB manifests ${MODELS}/*/model.json)
list(SORT manifests)
set(entries "")
set(binaries "")
set(number 0)
foreach(manifest IN LISTS manifests)
  get_filename_component(folder ${manifest} DIRECTORY)
  file(READ ${folder}/model.json json)
  file(READ ${folder}/labels.txt labels)
  file(READ ${folder}/card.md card)
  set(weights "{}")
  if(EXISTS ${folder}/weights.safetensors)
    string(APPEND binaries "asm(\".section .rodata\\n.balign 64\\nworkflow_weights_${number}:\\n.incbin \\\"${folder}/weights.safetensors\\\"\\nworkflow_weights_${number}_end:\\n.byte 0\\n.previous\");
extern \"C\" __attribute__((visibility(\"hidden\"))) const std::byte workflow_weights_${number}[], workflow_weights_${number}_end[];
")
    set(weights "{workflow_weights_${number}, workflow_weights_${number}_end}")
  endif()
  string(APPEND entries "      {R\"__(${json})__\",\n       R\"__(${labels})__\",\n       R\"__(${card})__\",\n       ${weights}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"catalogue/builtin.h\"

${binaries}
namespace workflow {

const std::vector<BuiltinText>& builtin_texts() {
  static const std::vector<BuiltinText> texts = {
${entries}  };
  return texts;
}

}  // namespace workflow
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
