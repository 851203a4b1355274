#include "compiler/test_request.h"

#include <algorithm>
#include <map>
#include <span>

#include <remit/limits.h>
#include "stdlib/json_text.h"
#include "stdlib/money.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

using ast::Data;
using ast::DataKind;
using stdlib::JsonWriter;

class RequestWriter {
 public:
  explicit RequestWriter(const TypedBundle& bundle) : bundle_(bundle) {}

  // Assignments of one block. `tool =` clears inherited args wherever it stands.
  void apply(std::span<const ast::Assignment> assignments) {
    const auto chooses = [](const ast::Assignment& a) { return a.path.text == "tool"; };
    if (std::ranges::any_of(assignments, chooses)) roots_["args"].clear();
    for (const ast::Assignment& assignment : assignments) {
      if (chooses(assignment))
        tool_ = assignment.value;
      else if (assignment.path.parts.size() == 2)
        roots_[assignment.path.parts[0].text][assignment.path.parts[1].text] = assignment.value;
    }
  }

  void apply_fixture(std::string_view name, int depth) {
    const auto found = std::ranges::find(bundle_.fixtures, name, &FixtureInfo::name);
    if (found == bundle_.fixtures.end() || depth > limits::kFixtureDepthMax) return;
    if (!found->decl->parent.empty()) apply_fixture(found->decl->parent.text, depth + 1);
    apply(found->decl->assignments);
  }

  std::string text() {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    const ToolInfo* tool = nullptr;
    if (tool_ != nullptr && tool_->kind != DataKind::None) {
      json.key("tool");
      if (tool_->kind == DataKind::Name) {
        if (const auto index = bundle_.find_tool(tool_->name.text))
          tool = &bundle_.tools[static_cast<std::size_t>(*index)];
        json.string(tool != nullptr ? tool->wire_name : tool_->name.text);
      } else {
        value(*tool_, nullptr, WireUnit::None, json);
      }
    }
    json.key("args");
    const auto args = roots_.extract("args");
    object(args.empty() ? Fields() : args.mapped(), tool == nullptr ? nullptr : &tool->args, json);
    if (!roots_["call"].contains("id")) roots_["call"].try_emplace("id", nullptr);
    for (const auto& [name, fields] : roots_) {
      const auto root = std::ranges::find(bundle_.roots, name, &RootInfo::name);
      json.key(name);
      object(fields, root == bundle_.roots.end() ? nullptr : &root->fields, json);
    }
    json.end_object();
    return out;
  }

 private:
  using Fields = std::map<std::string_view, const Data*>;

  static const FieldInfo* find(const std::vector<FieldInfo>* fields, std::string_view name) {
    if (fields == nullptr) return nullptr;
    const auto found = std::ranges::find(*fields, name, &FieldInfo::name);
    return found == fields->end() ? nullptr : &*found;
  }

  void object(const Fields& fields, const std::vector<FieldInfo>* infos, JsonWriter& json) {
    json.begin_object();
    for (const auto& [name, data] : fields) {
      if (data != nullptr && data->kind == DataKind::None) continue;
      const FieldInfo* info = find(infos, name);
      json.key(info == nullptr ? name : info->wire_name);
      // The one fact that tests need not say: the call's id.
      if (data == nullptr)
        json.string("c-1");
      else
        value(*data, info == nullptr ? nullptr : info->type,
              info == nullptr ? WireUnit::None : info->unit, json);
    }
    json.end_object();
  }

  void money(std::int64_t micros, WireUnit unit, JsonWriter& json) {
    const std::string decimal = stdlib::format_decimal_micros(micros);
    if (unit == WireUnit::Minor) {
      const auto minor = stdlib::minor_of_micros(micros, bundle_.minor_digits);
      return json.raw(minor ? std::to_string(*minor) : decimal);
    }
    if (unit == WireUnit::Major) return json.raw(decimal);
    if (unit == WireUnit::Text) return json.string(decimal);
    json.string(stdlib::format_money(micros, bundle_.currency));
  }

  void literal(const ast::Literal& literal, WireUnit unit, JsonWriter& json) {
    switch (literal.kind) {
      case ast::LiteralKind::Bool: return json.boolean(literal.integer != 0);
      case ast::LiteralKind::Int: return json.integer(literal.integer);
      case ast::LiteralKind::Money:
        return literal.prefix == bundle_.currency ? money(literal.integer, unit, json)
                                                  : json.string(literal.raw);
      case ast::LiteralKind::Duration: return json.string(stdlib::format_duration(literal.integer));
      case ast::LiteralKind::Time: return json.string(stdlib::format_time_of_day(literal.integer));
      case ast::LiteralKind::Utc:
        return json.string(
            stdlib::format_timestamp(*stdlib::parse_timestamp_or_date(literal.text)));
      case ast::LiteralKind::String:
      case ast::LiteralKind::Format: return json.string(literal.text);
    }
  }

  void value(const Data& data, const Type* type, WireUnit unit, JsonWriter& json) {
    const Type* element = type == nullptr ? nullptr : type->element;
    switch (data.kind) {
      case DataKind::Literal: return literal(data.literal, unit, json);
      case DataKind::None: return json.null();
      case DataKind::Name: {
        const auto tool = bundle_.find_tool(data.name.text);
        return json.string(tool ? bundle_.tools[static_cast<std::size_t>(*tool)].wire_name
                                : data.name.parts.back().text);
      }
      case DataKind::List:
      case DataKind::Set:
        // `{}` is the empty set; for a record or opaque it is the empty object.
        if (data.kind == DataKind::Set && data.items.empty() && type != nullptr &&
            !is_collection(type->kind)) {
          json.begin_object();
          return json.end_object();
        }
        json.begin_array();
        for (const Data* item : data.items) value(*item, element, WireUnit::None, json);
        return json.end_array();
      case DataKind::Record: {
        Fields fields;
        for (const ast::DataField& field : data.fields) fields[field.name.text] = field.value;
        const bool record = type != nullptr && type->kind == TypeKind::Record;
        return object(fields, record ? &bundle_.record(*type).fields : nullptr, json);
      }
    }
  }

  const TypedBundle& bundle_;
  const Data* tool_ = nullptr;
  std::map<std::string_view, Fields> roots_;
};

}  // namespace

std::string test_request(const TestInfo& test, const TypedBundle& bundle) {
  RequestWriter writer(bundle);
  writer.apply_fixture(test.decl->fixture.text, 0);
  for (const ast::Step& step : test.decl->steps) writer.apply(std::span(&step.assignment, 1));
  return writer.text();
}

}  // namespace remit::compiler
