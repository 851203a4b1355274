#include "compiler/rule_tests/test_request.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/tests/fixture_facts.h"
#include "stdlib/json_text.h"
#include "stdlib/number_text.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

using ast::Data;
using ast::DataKind;
using stdlib::JsonWriter;

class RequestWriter {
 public:
  explicit RequestWriter(const TypedBundle& bundle) : bundle_(bundle) {}

  // `counters` and `approvals` are JSON, or empty.
  std::string text(const TestFacts& facts, const std::string& counters,
                   const std::string& approvals) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    const ToolInfo* tool = facts.tool_info(bundle_);
    if (facts.tool != nullptr && facts.tool->kind != DataKind::None) {
      json.key("tool");
      if (facts.tool->kind == DataKind::Name)
        json.string(tool != nullptr ? tool->wire_name : facts.tool->name.text);
      else
        value(*facts.tool, nullptr, {}, json);
    }
    auto roots = facts.roots;
    json.key("args");
    const auto args = roots.extract("args");
    object(args.empty() ? Fields() : args.mapped(), tool == nullptr ? nullptr : &tool->args, json);
    if (!roots["call"].contains("id")) roots["call"].try_emplace("id", nullptr);
    for (const auto& [name, fields] : roots) {
      const auto root = std::ranges::find(bundle_.roots, name, &RootInfo::name);
      json.key(name);
      object(fields, root == bundle_.roots.end() ? nullptr : &root->fields, json);
    }
    for (const auto& [name, part] : {std::pair("limits", counters), {"approvals", approvals}}) {
      if (part.empty()) continue;
      json.key(name);
      json.raw(part);
    }
    json.end_object();
    return out;
  }

  void number(TypeKind kind, std::int64_t value, stdlib::MoneyForm form, JsonWriter& json) {
    stdlib::write_number(json, kind, value, bundle_.currency, form);
  }

  // A value as JSON; `type` and `form` are null and none where nothing is known of it.
  void value(const Data& data, const Type* type, stdlib::MoneyForm form, JsonWriter& json) {
    const Type* element = type == nullptr ? nullptr : type->element;
    switch (data.kind) {
      case DataKind::Literal: return literal(data.literal, form, json);
      case DataKind::None: return json.null();
      case DataKind::Name: {
        const auto tool = bundle_.find_tool(data.name.text);
        if (tool) return json.string(bundle_.tools[static_cast<std::size_t>(*tool)].wire_name);
        const std::string_view name = data.name.parts.back().text;
        if (type == nullptr || type->kind != TypeKind::Enum) return json.string(name);
        const EnumInfo& values = bundle_.enumeration(*type);
        const auto ordinal = values.ordinal(name);
        return json.string(ordinal ? values.values[*ordinal].wire_name : name);
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
        for (const Data* item : data.items) value(*item, element, {}, json);
        return json.end_array();
      case DataKind::Record: {
        Fields fields;
        for (const ast::DataField& field : data.fields) fields[field.name.text] = field.value;
        const bool record = type != nullptr && type->kind == TypeKind::Record;
        return object(fields, record ? &bundle_.record(*type).fields : nullptr, json);
      }
    }
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
              info == nullptr ? stdlib::MoneyForm() : info->money, json);
    }
    json.end_object();
  }

  void literal(const ast::Literal& literal, stdlib::MoneyForm form, JsonWriter& json) {
    const auto kind = number_kind(literal.kind);
    if (!kind) return json.string(literal.text);
    if (kind == TypeKind::Money && literal.prefix != bundle_.currency)
      return json.string(literal.raw);
    number(*kind,
           kind == TypeKind::Timestamp ? *stdlib::parse_timestamp_or_date(literal.text)
                                       : literal.integer,
           form, json);
  }

  const TypedBundle& bundle_;
};

// Asks the engine what the request still needs: its counters, and what approvals would have to say.
class TestRequest {
 public:
  TestRequest(const TestInfo& test, const TypedBundle& bundle, const Engine& engine)
      : test_(test),
        bundle_(bundle),
        engine_(engine),
        writer_(bundle),
        facts_(facts_of(test, bundle)) {}

  std::string text() {
    const std::string counters = this->counters();
    const std::string plain = writer_.text(facts_, counters, {});
    const bool answered = std::ranges::any_of(test_.decl->steps, [](const ast::Step& step) {
      return step.kind != ast::StepKind::Assign;
    });
    return answered ? writer_.text(facts_, counters, approvals(plain)) : plain;
  }

 private:
  // What the test says, and nothing used for every other counter that limit_keys lists.
  std::string counters() {
    std::map<std::string, const ast::Assignment*> said;
    const ToolInfo* tool = facts_.tool_info(bundle_);
    for (const auto& [name, assignment] : facts_.counters) {
      if (tool == nullptr) continue;
      const auto limits = limits_named(test_, *tool, name, bundle_);
      if (limits.size() == 1) said[bundle_.full_name(bundle_.item(limits[0]))] = assignment;
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    for (const auto& [name, assignment] : said) {
      if (assignment->value->kind == DataKind::None) continue;
      json.key(name);
      writer_.value(*assignment->value, nullptr, {}, json);
    }
    Facts facts = engine_.facts({});
    const auto keys = engine_.limit_keys_json(writer_.text(facts_, {}, {}), facts);
    if (keys) {
      for (const LimitKey& key : *keys) {
        if (said.contains(key.limit)) continue;
        json.key(key.limit);
        writer_.number(key.kind, 0, {}, json);
      }
    }
    json.end_object();
    return out == "{}" ? std::string() : out;
  }

  // One record for each live waiting item that has the seat.
  std::string approvals(const std::string& request) {
    Facts facts = engine_.facts({});
    const Decision decision = engine_.decide_json(request, facts);
    const Explanation explanation = engine_.explain(facts, decision).value();
    const std::string digest = engine_.digest(facts, decision).value_or(std::string());
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    int number = 0;
    for (const ast::Step& step : test_.decl->steps) {
      if (step.kind == ast::StepKind::Assign) continue;
      for (const ItemExplanation& item : explanation.items) {
        const auto has_seat = [&](const Party& party) {
          return std::ranges::find(party.seats, step.role.text) != party.seats.end();
        };
        if (item.state == ItemState::Live && std::ranges::any_of(item.parties, has_seat))
          approval(step, item, digest, ++number, json);
      }
    }
    json.end_array();
    return out;
  }

  void approval(const ast::Step& step, const ItemExplanation& item, const std::string& digest,
                int number, JsonWriter& json) {
    const auto data = [&](std::string_view root, std::string_view field) -> const Data* {
      const auto found = facts_.roots.find(root);
      if (found == facts_.roots.end()) return nullptr;
      const auto value = found->second.find(field);
      return value == found->second.end() ? nullptr : value->second;
    };
    // When it was asked and answered: the time of the request, or so long before.
    const Data* now = data("clock", "now");
    const auto ms = now == nullptr || now->kind != DataKind::Literal
                        ? std::nullopt
                        : stdlib::parse_timestamp_or_date(now->literal.text);
    const std::string time =
        stdlib::format_timestamp(ms.value_or(0) - (step.has_ago ? step.ago.integer : 0));
    json.begin_object();
    const auto member = [&](std::string_view key, std::string_view text) {
      json.key(key);
      json.string(text);
    };
    member("id", fmt::format("t-{}", number));
    member("by", step.by.text);
    member("kind", "human");
    json.key("tenant");
    value_of(data("tenant", "id"), json);
    member("role", step.role.text);
    member("verdict", step.kind == ast::StepKind::Approved ? "granted" : "refused");
    member("digest", digest);
    member("requirement", item.requirement);
    json.key("cost");
    value_of(data("spend", "cost"), json);
    member("asked_at", time);
    member("at", time);
    json.end_object();
  }

  void value_of(const Data* data, JsonWriter& json) {
    if (data == nullptr) return json.null();
    writer_.value(*data, nullptr, {}, json);
  }

  const TestInfo& test_;
  const TypedBundle& bundle_;
  const Engine& engine_;
  RequestWriter writer_;
  TestFacts facts_;
};

}  // namespace

std::string request_of(const TestFacts& facts, const TypedBundle& bundle) {
  return RequestWriter(bundle).text(facts, {}, {});
}

std::string test_request(const TestInfo& test, const TypedBundle& bundle, const Engine& engine) {
  return TestRequest(test, bundle, engine).text();
}

}  // namespace remit::compiler
