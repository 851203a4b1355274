// Rows: nothing points outside, nothing is written twice, nothing is left over.

#include <algorithm>
#include <string_view>
#include <tuple>

#include <remit/limits.h>
#include "stdlib/money.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/image/load_fault.h"
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

class RowChecker {
 public:
  explicit RowChecker(const Image& image) : image_(image) {}

  void run() {
    strings();
    currencies();
    schema();
    tools();
    policies();
    items();
    messages();
    tiles();
  }

 private:
  std::string_view text(StringId id, std::string_view what) {
    require(image_.has(id), LoadFault::BadReference, what);
    return image_[id];
  }
  std::string_view word(StringId id, std::string_view what) {
    const std::string_view name = text(id, what);
    require(stdlib::is_word(name), LoadFault::BadName, what);
    return name;
  }
  std::string_view dotted(StringId id, std::string_view what) {
    const std::string_view name = text(id, what);
    require(stdlib::is_dotted(name), LoadFault::BadName, what);
    return name;
  }

  void strings() {
    require(std::ranges::is_sorted(image_.strings) &&
                std::ranges::adjacent_find(image_.strings) == image_.strings.end(),
            LoadFault::NotSorted, "strings");
    // A carriage return ends a line of a source and stands in no text of one.
    for (const std::string& text : image_.strings)
      require(!stdlib::has_forbidden_character(text) && text.find('\r') == text.npos,
              LoadFault::BadText, text.substr(0, 40));
    require(std::ranges::is_sorted(image_.integers) &&
                std::ranges::adjacent_find(image_.integers) == image_.integers.end(),
            LoadFault::NotSorted, "integers");
    if (!image_.dev)
      dotted(image_.name, "name of the bundle");
    else
      require(image_.name == kNoString, LoadFault::BadReference, "name of a dev image");
    require(image_.steps_max >= 1 && image_.steps_max <= limits::kStepsMax, LoadFault::BadBound,
            "max_steps");
    require(image_.version >= 0, LoadFault::BadBound, "version");
    require(image_.expires_ms == kNever ||
                (image_.expires_ms >= 0 && image_.expires_ms <= stdlib::kTimestampMax),
            LoadFault::BadBound, "expires");
  }

  void currencies() {
    require(image_.has(image_.currency), LoadFault::BadReference, "currency");
    require(image_.currencies.size() <= limits::kCurrenciesMax, LoadFault::BadBound, "currencies");
    std::string_view last;
    for (const CurrencyRow& row : image_.currencies) {
      require(std::ranges::all_of(row.code, [](char c) { return c >= 'A' && c <= 'Z'; }),
              LoadFault::BadName, "currency");
      require(last < row.text(), LoadFault::NotSorted, "currencies");
      last = row.text();
      require(row.minor_digits <= stdlib::kMoneyDecimals, LoadFault::BadBound, "minor unit");
    }
  }

  void type_row(std::size_t row) {
    const TypeRow& type = image_.types[row];
    if (!is_collection(type.kind)) reference(image_, type.kind, type.ref, "type");
    if (is_collection(type.kind)) {
      require(type.ref < row, LoadFault::BadReference, "element of a type");
      const TypeKind element = image_.element_of(type).kind;
      require(is_scalar(element) || (element == TypeKind::Record && type.kind == TypeKind::List),
              LoadFault::BadSchema, "element of a collection");
      require(type.low >= 0 && type.low <= type.high && type.high >= 1 &&
                  type.high <= limits::kCollectionMax,
              LoadFault::BadBound, "collection");
    } else if (type.kind == TypeKind::String || type.kind == TypeKind::Opaque) {
      require(type.low == 0 && type.high >= 1 && type.high <= limits::kStringBytesMax,
              LoadFault::BadBound, "text");
    } else {
      require(type.low <= type.high, LoadFault::BadBound, "interval of a type");
      if (type.kind == TypeKind::Duration)
        require(type.low == 0 && type.high == stdlib::kDurationMax, LoadFault::BadBound,
                "duration");
      if (type.kind == TypeKind::Timestamp)
        require(type.low == 0 && type.high == stdlib::kTimestampMax, LoadFault::BadBound,
                "timestamp");
      if (type.kind == TypeKind::TimeOfDay)
        require(type.low == 0 && type.high == stdlib::kTimeOfDayMax, LoadFault::BadBound,
                "timeofday");
    }
  }

  void schema() {
    std::uint32_t next_value = 0;
    std::string_view last;
    for (const EnumRow& row : image_.enums) {
      const std::string_view name = word(row.name, "enum");
      require(last < name, LoadFault::NotSorted, "enums");
      last = name;
      flag(row.ordered, "ordered");
      tile(row.values, next_value, image_.enum_values.size(), "enum_values");
      require(row.values.count <= limits::kEnumValuesMax, LoadFault::BadBound, "enum");
    }
    complete(next_value, image_.enum_values.size(), "enum_values");
    for (const EnumValueRow& row : image_.enum_values) {
      word(row.name, "enum value");
      text(row.wire_name, "wire name");
      flag(row.platform, "platform");
    }
    for (std::size_t i = 0; i < image_.types.size(); ++i) type_row(i);
    const auto key = [](const TypeRow& t) { return std::tuple(t.kind, t.ref, t.low, t.high); };
    for (std::size_t i = 1; i < image_.types.size(); ++i)
      require(key(image_.types[i - 1]) < key(image_.types[i]), LoadFault::NotSorted, "types");
    for (const FieldRow& row : image_.fields) field(row);
    for (const RecordRow& row : image_.records)
      tile(row.fields, next_field_, image_.fields.size(), "fields");
    last = {};
    for (const RecordRow& row : image_.records) {
      const std::string_view name = word(row.name, "record");
      require(last < name, LoadFault::NotSorted, "records");
      last = name;
      require(row.fields.count <= limits::kRecordFieldsMax, LoadFault::BadBound, "record");
    }
    for (const RootRow& row : image_.roots) {
      word(row.name, "root");
      tile(row.fields, next_field_, image_.fields.size(), "fields");
      require(row.fields.count <= limits::kRecordFieldsMax, LoadFault::BadBound, "root");
    }
  }

  void field(const FieldRow& row) {
    word(row.name, "field");
    text(row.wire_name, "wire name");
    flag(row.optional, "optional");
    flag(row.sensitive, "sensitive");
    require(image_.has(row.type), LoadFault::BadReference, "type of a field");
    const TypeRow& type = image_[row.type];
    require(row.unit == MoneyUnit::None || type.kind == TypeKind::Money, LoadFault::BadSchema,
            "unit of what is not money");
    require(row.unit_digits <= (row.unit == MoneyUnit::None ? 0 : stdlib::kMoneyDecimals),
            LoadFault::BadBound, "decimals of a unit");
    require(
        row.unit != MoneyUnit::Minor || row.unit_digits == image_.default_currency().minor_digits,
        LoadFault::BadSchema, "decimals of a minor unit");
    if (row.default_row == kNoRow) return;
    require(is_scalar(type.kind), LoadFault::MisplacedDefault, "default");
    require(is_text(type.kind) ? image_.has(StringId{row.default_row})
                               : image_.has(IntegerId{row.default_row}),
            LoadFault::BadReference, "default");
  }

  void tools() {
    require(image_.tools.size() <= limits::kToolsMax, LoadFault::BadBound, "tools");
    std::uint32_t next_name = 0, next_required = 0;
    std::string_view last;
    std::vector<StringId> wire_names;  // equal texts have one row
    for (const ToolRow& row : image_.tools) {
      const std::string_view name = dotted(row.name, "tool");
      require(name.find('.') != std::string_view::npos, LoadFault::BadName, "tool");
      require(last < name, LoadFault::NotSorted, "tools");
      last = name;
      text(row.wire_name, "wire name");
      wire_names.push_back(row.wire_name);
      tile(row.args, next_field_, image_.fields.size(), "fields");
      require(row.args.count <= limits::kRecordFieldsMax, LoadFault::BadBound, "arguments");
      tile(row.results, next_name, image_.names.size(), "names");
      tile(row.required, next_required, image_.required_slots.size(), "required_slots");
      require(row.undo_ms >= -1 && row.undo_ms <= stdlib::kDurationMax, LoadFault::BadBound,
              "undo");
    }
    complete(next_field_, image_.fields.size(), "fields");
    complete(next_name, image_.names.size(), "names");
    complete(next_required, image_.required_slots.size(), "required_slots");
    for (const StringId name : image_.names) word(name, "result");
    std::ranges::sort(wire_names);
    require(std::ranges::adjacent_find(wire_names) == wire_names.end(), LoadFault::BadSchema,
            "two tools have one wire name");
  }

  void policies() {
    require(!image_.layers.empty() || image_.policies.empty(), LoadFault::BadSchema, "layers");
    require(image_.layers.size() <= limits::kLayersMax, LoadFault::BadBound, "layers");
    require(image_.policies.size() <= limits::kPoliciesMax, LoadFault::BadBound, "policies");
    require(image_.items.size() <= limits::kItemsMax, LoadFault::BadBound, "items");
    std::uint32_t next_policy = 0, next_item = 0;
    for (std::size_t l = 0; l < image_.layers.size(); ++l) {
      const LayerRow& layer = image_.layers[l];
      word(layer.name, "layer");
      flag(layer.guards_only, "guards_only");
      flag(layer.machine, "machine");
      tile(layer.policies, next_policy, image_.policies.size(), "policies");
      std::string_view last;
      for (std::uint32_t p = layer.policies.first; p < layer.policies.end(); ++p) {
        const PolicyRow& policy = image_.policies[p];
        const std::string_view name = dotted(policy.name, "policy");
        require(last < name, LoadFault::NotSorted, "policies");
        last = name;
        require(policy.layer == static_cast<LayerId>(l), LoadFault::BadReference,
                "layer of a policy");
        tile(policy.items, next_item, image_.items.size(), "items");
        std::string_view last_item;
        for (std::uint32_t i = policy.items.first; i < policy.items.end(); ++i) {
          const std::string_view item = dotted(image_.items[i].name, "item");
          require(last_item < item, LoadFault::NotSorted, "items");
          last_item = item;
          require(image_.items[i].policy == static_cast<PolicyId>(p), LoadFault::BadReference,
                  "policy of an item");
        }
      }
    }
    complete(next_policy, image_.policies.size(), "policies");
    complete(next_item, image_.items.size(), "items");
  }

  void items() {
    std::uint32_t scope = 0, parties = 0, duties = 0, overrides = 0;
    for (const ItemRow& item : image_.items) {
      tile(item.scope, scope, image_.scope_tools.size(), "scope_tools");
      tile(item.parties, parties, image_.parties.size(), "parties");
      tile(item.duties, duties, image_.duties.size(), "duties");
      tile(item.overrides, overrides, image_.overridden.size(), "overridden");
      require(item.scope.count > 0, LoadFault::BadRange, "an item without tools");
      for (std::uint32_t i = item.scope.first; i < item.scope.end(); ++i) {
        require(image_.has(image_.scope_tools[i]), LoadFault::BadReference, "scope");
        if (i > item.scope.first)
          require(image_.scope_tools[i - 1] < image_.scope_tools[i], LoadFault::NotSorted, "scope");
      }
      for (std::uint32_t i = item.overrides.first; i < item.overrides.end(); ++i) {
        require(image_.has(image_.overridden[i]), LoadFault::BadReference, "overrides");
        if (i > item.overrides.first)
          require(image_.overridden[i - 1] < image_.overridden[i], LoadFault::NotSorted,
                  "overrides");
      }
    }
    complete(scope, image_.scope_tools.size(), "scope_tools");
    complete(parties, image_.parties.size(), "parties");
    std::uint32_t seats = 0;
    for (const PartyRow& party : image_.parties)
      tile(party.seats, seats, image_.seats.size(), "seats");
    complete(seats, image_.seats.size(), "seats");
    complete(duties, image_.duties.size(), "duties");
    complete(overrides, image_.overridden.size(), "overridden");
    for (const DutyRow& duty : image_.duties) {
      const bool named = parameter_of(duty.kind) == DutyParameter::Name;
      if (named)
        word(duty.name, "duty");
      else
        require(duty.name == kNoString, LoadFault::BadDuty, "name of a duty");
    }
  }

  void messages() {
    std::uint32_t next_template = 0, next_piece = 0;
    const auto in_order = [&](TemplateId id) {
      if (id == kNoTemplate) return;
      require(static_cast<std::uint32_t>(id) == next_template &&
                  next_template < image_.templates.size(),
              LoadFault::BadReference, "message");
      ++next_template;
    };
    for (const ItemRow& item : image_.items) {
      in_order(item.because);
      in_order(item.advise);
    }
    complete(next_template, image_.templates.size(), "templates");
    for (const TemplateRow& row : image_.templates) {
      tile(row.pieces, next_piece, image_.template_pieces.size(), "template_pieces");
      pieces(row.pieces);
    }
    complete(next_piece, image_.template_pieces.size(), "template_pieces");
    for (const TemplatePieceRow& piece : image_.template_pieces) {
      flag(piece.quoted, "quoted");
      if (piece.code.count == 0) {
        require(piece.quoted == 0, LoadFault::BadEnumerator, "quoted text");
      } else {
        require(piece.text == kNoString, LoadFault::BadReference,
                "a piece of a message is text or a value");
      }
    }
  }

  // One message has one form: texts are whole, and each is some bytes of it.
  void pieces(RangeOf<TemplatePieceRow> range) {
    std::size_t bytes = 0;
    bool after_text = false;
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      const TemplatePieceRow& piece = image_.template_pieces[i];
      const bool is_text = piece.code.count == 0;
      const std::size_t size = is_text ? text(piece.text, "text of a message").size() : 1;
      require(size > 0 && !(is_text && after_text), LoadFault::BadPieces, "a piece");
      bytes += size;
      after_text = is_text;
    }
    require(bytes <= limits::kTemplateBytesMax, LoadFault::BadPieces, "length");
  }

  // Code lies in the order of its owners.
  void tiles() {
    std::uint32_t next = 0;
    const auto code = [&](CodeRange range) { tile(range, next, image_.code.size(), "code"); };
    for (const PolicyRow& policy : image_.policies) code(policy.applies);
    for (const ItemRow& item : image_.items) {
      code(item.when);
      code(item.unless);
    }
    for (const TableRow& table : image_.tables) {
      code(table.when);
      code(table.unless);
    }
    for (const LimitRow& limit : image_.limits) {
      code(limit.maximum);
      code(limit.amount);
    }
    for (const InputRow& input : image_.inputs) code(input.code);
    for (const TemplatePieceRow& piece : image_.template_pieces) code(piece.code);
    complete(next, image_.code.size(), "code");
  }

  const Image& image_;
  std::uint32_t next_field_ = 0;
};

}  // namespace

Verified verify_rows(const Image& image) {
  return checked([&] { RowChecker(image).run(); });
}

}  // namespace remit::vm
