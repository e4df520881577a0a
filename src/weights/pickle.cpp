#include "weights/pickle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "base/in_quotes.h"
#include "workflow/base/error.h"

namespace workflow {
namespace {

constexpr std::size_t most_values = 2'000'000;
constexpr std::size_t most_bytes = 64'000'000;  // of one pickle: tensors' own bytes stand elsewhere
constexpr std::size_t most_axes = 64;           // as in PyTorch

using Kind = Pickled::Kind;

// What a pickle may name. Everything else is refused by its name; nothing is ever looked up.
enum class Global { OrderedDict, Tensor2, Tensor1, Parameter, Size, Device, ElementType, Storage };

struct Allowed {
  std::string_view module;
  std::string_view name;
  Global global;
  DType dtype = DType::F32;  // of a storage
};

constexpr std::array<Allowed, 17> allowed = {{
    {"collections", "OrderedDict", Global::OrderedDict},
    {"torch._utils", "_rebuild_tensor_v2", Global::Tensor2},
    {"torch._utils", "_rebuild_tensor", Global::Tensor1},
    {"torch._utils", "_rebuild_parameter", Global::Parameter},
    {"torch", "Size", Global::Size},
    {"torch", "device", Global::Device},
    {"torch", "BoolStorage", Global::Storage, DType::Bool},
    {"torch", "ByteStorage", Global::Storage, DType::U8},
    {"torch", "CharStorage", Global::Storage, DType::I8},
    {"torch", "ShortStorage", Global::Storage, DType::I16},
    {"torch", "IntStorage", Global::Storage, DType::I32},
    {"torch", "LongStorage", Global::Storage, DType::I64},
    {"torch", "HalfStorage", Global::Storage, DType::F16},
    {"torch", "BFloat16Storage", Global::Storage, DType::BF16},
    {"torch", "FloatStorage", Global::Storage, DType::F32},
    {"torch", "DoubleStorage", Global::Storage, DType::F64},
    {"", "", Global::ElementType},
}};
constexpr std::size_t element_type = allowed.size() - 1;

constexpr std::array<std::string_view, 10> element_types = {"bool",  "uint8",   "int8",     "int16",   "int32",
                                                            "int64", "float16", "bfloat16", "float32", "float64"};

std::optional<std::size_t> place_of(std::string_view module, std::string_view name) {
  // Files of old saved from a GPU name its storages; their bytes are the same.
  if (module == "torch.cuda" && name.ends_with("Storage")) module = "torch";
  for (std::size_t i = 0; i < element_type; ++i)
    if (allowed[i].module == module && allowed[i].name == name) return i;
  if (module == "torch" && std::ranges::find(element_types, name) != element_types.end()) return element_type;
  return std::nullopt;
}

bool is(const Pickled* value, Kind kind) { return value->kind == kind; }

const Allowed& global_of(const Pickled& value) { return allowed.at(static_cast<std::size_t>(value.integer)); }

bool is_list_of_ints(const Pickled* value) {
  return (is(value, Kind::Tuple) || is(value, Kind::List)) && value->items.size() <= most_axes &&
         std::ranges::all_of(value->items, [](const Pickled* item) { return is(item, Kind::Int); });
}

}  // namespace

const Pickled* Pickled::find(std::string_view key) const {
  if (kind != Kind::Dict) return nullptr;
  for (std::size_t i = items.size(); i >= 2; i -= 2)  // as in Python, the last of equal keys counts
    if (is(items[i - 2], Kind::Text) && items[i - 2]->text == key) return items[i - 1];
  return nullptr;
}

const Pickled* PickleReader::read() {
  stack_.clear();
  marks_.clear();
  memo_.clear();
  end_ = at_ + std::min(bytes_.size() - at_, most_bytes);
  while (step(static_cast<unsigned char>(number(1)))) continue;
  return pop();
}

void PickleReader::fail(std::string_view what) const {
  throw Error(ErrorCode::Unreadable, "pth", fmt::format("{}: pickle at byte {}: {}", in_quotes(file_), at_, what));
}

std::uint64_t PickleReader::number(int bytes) {
  const auto count = static_cast<std::size_t>(bytes);
  if (count > end_ - at_) fail("it is cut off, or longer than 64 MB");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::to_integer<std::uint64_t>(bytes_[at_ + i]) << (8 * i);
  at_ += count;
  return value;
}

std::string_view PickleReader::text(std::uint64_t length) {
  if (length > end_ - at_) fail("it is cut off, or longer than 64 MB");
  const std::string_view found(reinterpret_cast<const char*>(bytes_.data()) + at_, static_cast<std::size_t>(length));
  at_ += found.size();
  return found;
}

std::string_view PickleReader::line() {
  const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_, end_ - at_);
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) fail("it is cut off");
  at_ += end + 1;
  return rest.substr(0, end);
}

PickleReader::Value PickleReader::make(Kind kind) {
  if (values_.size() >= most_values) fail(fmt::format("wanted at most {} values", most_values));
  values_.push_back({.kind = kind});
  return &values_.back();
}

PickleReader::Value PickleReader::make_text(std::string_view text) {
  const Value value = make(Kind::Text);
  value->text = text;
  return value;
}

PickleReader::Value PickleReader::make_int(std::int64_t integer) {
  const Value value = make(Kind::Int);
  value->integer = integer;
  return value;
}

PickleReader::Value PickleReader::pop() {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= floor) fail("a value is missing");
  const Value value = stack_.back();
  stack_.pop_back();
  return value;
}

std::vector<const Pickled*> PickleReader::pop_to_mark() {
  if (marks_.empty()) fail("a mark is missing");
  std::vector<const Pickled*> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return items;
}

void PickleReader::remember(std::uint64_t place) {
  if (stack_.empty()) fail("there is nothing to remember");
  if (memo_.size() >= most_values) fail(fmt::format("wanted at most {} values", most_values));
  memo_[place] = stack_.back();
}

void PickleReader::recall(std::uint64_t place) {
  const auto found = memo_.find(place);
  if (found == memo_.end()) fail("it recalls what was never said");
  push(found->second);
}

// One opcode, as Python's pickletools names them; false at the end.
bool PickleReader::step(unsigned char opcode) {
  switch (opcode) {
    case 0x80:  // PROTO
      if (const auto protocol = number(1); protocol > 5) fail(fmt::format("protocol {}: wanted at most 5", protocol));
      break;
    case 0x95:  // FRAME
      number(8);
      break;
    case '(':  // MARK
      marks_.push_back(stack_.size());
      break;
    case '.':  // STOP
      return false;
    case 'N':  // NONE
      push(make(Kind::None));
      break;
    case 0x88:  // NEWTRUE
    case 0x89:  // NEWFALSE
      push(make(Kind::Bool));
      stack_.back()->integer = opcode == 0x88 ? 1 : 0;
      break;
    case 'J':  // BININT
      push(make_int(static_cast<std::int32_t>(number(4))));
      break;
    case 'K':  // BININT1
      push(make_int(static_cast<std::int64_t>(number(1))));
      break;
    case 'M':  // BININT2
      push(make_int(static_cast<std::int64_t>(number(2))));
      break;
    case 0x8a:  // LONG1
      long_integer();
      break;
    case 'G': {  // BINFLOAT: big endian
      const std::uint64_t bits = number(8);
      push(make(Kind::Number));
      std::uint64_t turned = 0;
      for (int i = 0; i < 8; ++i) turned |= ((bits >> (8 * i)) & 0xFFU) << (56 - 8 * i);
      stack_.back()->number = std::bit_cast<double>(turned);
      break;
    }
    case 0x8c:  // SHORT_BINUNICODE
    case 'U':   // SHORT_BINSTRING
    case 'C':   // SHORT_BINBYTES
      push(make_text(text(number(1))));
      break;
    case 'X':  // BINUNICODE
    case 'T':  // BINSTRING
    case 'B':  // BINBYTES
      push(make_text(text(number(4))));
      break;
    case 0x8d:  // BINUNICODE8
    case 0x8e:  // BINBYTES8
      push(make_text(text(number(8))));
      break;
    case ']':  // EMPTY_LIST
      push(make(Kind::List));
      break;
    case '}':  // EMPTY_DICT
      push(make(Kind::Dict));
      break;
    case ')':  // EMPTY_TUPLE
      tuple(0);
      break;
    case 0x85:  // TUPLE1
    case 0x86:  // TUPLE2
    case 0x87:  // TUPLE3
      tuple(opcode - 0x84U);
      break;
    case 't': {  // TUPLE
      auto items = pop_to_mark();
      push(make(Kind::Tuple));
      stack_.back()->items = std::move(items);
      break;
    }
    case 'a':  // APPEND
      append({pop()});
      break;
    case 'e':  // APPENDS
      append(pop_to_mark());
      break;
    case 's': {  // SETITEM
      const Value value = pop();
      set({pop(), value});
      break;
    }
    case 'u':  // SETITEMS
      set(pop_to_mark());
      break;
    case 'q':  // BINPUT
      remember(number(1));
      break;
    case 'r':  // LONG_BINPUT
      remember(number(4));
      break;
    case 0x94:  // MEMOIZE
      remember(memo_.size());
      break;
    case 'h':  // BINGET
      recall(number(1));
      break;
    case 'j':  // LONG_BINGET
      recall(number(4));
      break;
    case 'c': {  // GLOBAL
      const std::string_view module = line();
      global(module, line());
      break;
    }
    case 0x93: {  // STACK_GLOBAL
      const Value name = pop();
      const Value module = pop();
      if (!is(name, Kind::Text) || !is(module, Kind::Text)) fail("a global's name is no text");
      global(module->text, name->text);
      break;
    }
    case 'Q':  // BINPERSID
      persistent();
      break;
    case 'R':  // REDUCE
      reduce();
      break;
    case 'b':  // BUILD
      build();
      break;
    default:
      fail(fmt::format("opcode {:#04x} is not allowed; save the model's state_dict() alone", opcode));
  }
  return true;
}

void PickleReader::global(std::string_view module, std::string_view name) {
  const auto place = place_of(module, name);
  if (!place)
    fail(fmt::format("{} is not allowed: wanted tensors and plain containers; save model.state_dict() alone",
                     in_quotes(fmt::format("{}.{}", module.substr(0, 40), name.substr(0, 40)))));
  push(make(Kind::Global));
  stack_.back()->integer = static_cast<std::int64_t>(*place);
}

void PickleReader::tuple(std::size_t length) {
  std::vector<const Pickled*> items(length);
  for (std::size_t i = length; i-- > 0;) items[i] = pop();
  push(make(Kind::Tuple));
  stack_.back()->items = std::move(items);
}

void PickleReader::append(std::vector<const Pickled*> items) {
  const Value list = pop();
  if (!is(list, Kind::List)) fail("it appends to what is no list");
  list->items.insert(list->items.end(), items.begin(), items.end());
  push(list);
}

void PickleReader::set(std::vector<const Pickled*> items) {
  const Value dict = pop();
  if (!is(dict, Kind::Dict)) fail("it sets an item of what is no dict");
  if (items.size() % 2 != 0) fail("a key lacks its value");
  dict->items.insert(dict->items.end(), items.begin(), items.end());
  push(dict);
}

void PickleReader::long_integer() {
  const std::string_view bytes = text(number(1));
  if (bytes.size() > 8) return push(make_text(bytes));
  std::uint64_t value = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
  push(make_int(static_cast<std::int64_t>(value)));
}

// ("storage", torch.FloatStorage, key, location, elements[, None or (key, begin, elements) of a view of it])
void PickleReader::persistent() {
  const Value id = pop();
  const auto& items = id->items;
  const bool fits = is(id, Kind::Tuple) && (items.size() == 5 || items.size() == 6) && is(items[0], Kind::Text) &&
                    items[0]->text == "storage" && is(items[1], Kind::Global) &&
                    global_of(*items[1]).global == Global::Storage && is(items[2], Kind::Text) && is(items[4], Kind::Int);
  if (!fits) fail("a storage is not described as PyTorch does");
  const Value storage = make(Kind::Storage);
  storage->text = items[2]->text;
  storage->dtype = global_of(*items[1]).dtype;
  storage->integer = items[4]->integer;
  if (items.size() == 6 && !is(items[5], Kind::None)) {
    const auto& view = items[5]->items;
    if (!is(items[5], Kind::Tuple) || view.size() != 3 || !is(view[1], Kind::Int))
      fail("a view of a storage is not described as PyTorch does");
    storage->begin = view[1]->integer;
  }
  element_sizes_.try_emplace(storage->text, size_of(storage->dtype));
  push(storage);
}

void PickleReader::reduce() {
  const Value arguments = pop();
  const Value callee = pop();
  if (!is(callee, Kind::Global) || !is(arguments, Kind::Tuple)) fail("it calls what is no function");
  const auto& items = arguments->items;
  switch (global_of(*callee).global) {
    case Global::OrderedDict: {
      if (items.size() > 1 || (items.size() == 1 && !is(items[0], Kind::List))) fail("an OrderedDict of something odd");
      const Value dict = make(Kind::Dict);
      if (items.size() == 1) {
        // One list may be named many times over: what is copied out of it counts as made.
        copied_ += items[0]->items.size();
        if (copied_ > most_values) fail(fmt::format("wanted at most {} values", most_values));
        for (const Pickled* pair : items[0]->items) {
          if (pair->items.size() != 2 || is(pair, Kind::Dict)) fail("an OrderedDict of something else than pairs");
          dict->items.insert(dict->items.end(), pair->items.begin(), pair->items.end());
        }
      }
      return push(dict);
    }
    case Global::Tensor2:
      return push(tensor(*arguments, 6));
    case Global::Tensor1:
      return push(tensor(*arguments, 4));
    case Global::Parameter:
      if (items.empty() || !is(items[0], Kind::Tensor)) fail("a parameter without a tensor");
      return push(const_cast<Value>(items[0]));
    case Global::Size:
      if (items.size() != 1 || !is_list_of_ints(items[0])) fail("a size of something else than integers");
      return push(const_cast<Value>(items[0]));
    case Global::Device:
      return push(make(Kind::Other));
    case Global::ElementType:
    case Global::Storage:
      fail("it calls a type");
  }
}

PickleReader::Value PickleReader::tensor(const Pickled& arguments, std::size_t least) {
  const auto& items = arguments.items;
  const bool fits = items.size() >= least && is(items[0], Kind::Storage) && is(items[1], Kind::Int) &&
                    is_list_of_ints(items[2]) && is_list_of_ints(items[3]) &&
                    items[2]->items.size() == items[3]->items.size();
  if (!fits) fail("a tensor is not described as PyTorch does");
  const Value made = make(Kind::Tensor);
  made->items.assign(items.begin(), items.begin() + 4);
  return made;
}

// The state of an OrderedDict (its _metadata) and of a parameter tells nothing about tensors.
void PickleReader::build() {
  pop();
  const Value target = pop();
  if (!is(target, Kind::Dict) && !is(target, Kind::Tensor)) fail("it gives a state to what has none");
  push(target);
}

}  // namespace workflow
