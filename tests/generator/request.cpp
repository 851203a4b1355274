#include "tests/generator/request.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "stdlib/money.h"
#include "tests/generator/pools.h"
#include "tests/oracle/match.h"

namespace remit::generator {

using compiler::FieldInfo;
using compiler::Type;
using oracle::Datum;

namespace {

class Maker {
 public:
  Maker(const compiler::TypedBundle& bundle, Random& random) : bundle_(bundle), random_(random) {}

  Datum field(const FieldInfo& field) {
    if (field.optional && random_.percent(40)) return Datum::none();
    if (field.has_default && random_.percent(30)) {
      return is_text(field.type->kind) ? Datum::of(field.default_text)
                                       : Datum::of(Wide{field.default_integer});
    }
    return value(*field.type, field.money.decimals);
  }

  std::vector<Datum> fields(const std::vector<FieldInfo>& list) {
    std::vector<Datum> result;
    for (const FieldInfo& one : list) result.push_back(field(one));
    return result;
  }

 private:
  template <typename Pool>
  Datum number(const Pool& pool, const Type& type, std::int64_t step = 1) {
    std::vector<std::int64_t> fitting;
    for (const std::int64_t number : pool) {
      const std::int64_t whole = number / step * step;
      if (whole >= type.low && whole <= type.high) fitting.push_back(whole);
    }
    // The lowest that the wire has a number for.
    fitting.push_back(type.low % step > 0 ? type.low / step * step + step : type.low / step * step);
    if (type.kind != TypeKind::Timestamp && type.high % step == 0 && random_.percent(30))
      fitting.push_back(type.high);
    return Datum::of(Wide{random_.pick(fitting)});
  }

  template <typename Pool>
  Datum text(const Pool& pool) {
    return Datum::of(random_.pick(pool));
  }

  // An amount has no more decimals than the wire has for it.
  Datum value(const Type& type, int decimals = 6) {
    switch (type.kind) {
      case TypeKind::Bool: return Datum::of(Wide{random_.percent(50)});
      case TypeKind::Int: return number(kInts, type);
      case TypeKind::Money: return number(kMicros, type, stdlib::step_of(decimals));
      case TypeKind::Duration: return number(kDurations, type);
      case TypeKind::Timestamp: return number(kMoments, type);
      case TypeKind::TimeOfDay: return number(kTimesOfDay, type);
      case TypeKind::String: {
        std::string_view text = random_.pick(kStrings);
        while (static_cast<std::int64_t>(text.size()) > type.high) text = random_.pick(kStrings);
        return Datum::of(text);
      }
      case TypeKind::Id: return text(kIds);
      case TypeKind::Host: return text(kHosts);
      case TypeKind::Path: return text(kPaths);
      case TypeKind::Email: return text(kEmails);
      case TypeKind::Url: return text(kUrls);
      case TypeKind::Ip: return text(kIps);
      case TypeKind::Enum: {
        const std::size_t count = bundle_.enumeration(type).values.size();
        return Datum::of(static_cast<Wide>(random_.below(count)));
      }
      case TypeKind::Tool: return Datum::of(static_cast<Wide>(random_.below(bundle_.tools.size())));
      case TypeKind::Opaque: return Datum::of(R"({"free":["form",1e9,null]})");
      case TypeKind::Record: {
        Datum record;
        record.items = fields(bundle_.record(type).fields);
        return record;
      }
      case TypeKind::Set:
      case TypeKind::List: return collection(type);
    }
    return {};
  }

  Datum collection(const Type& type) {
    Datum result;
    const bool none =
        type.element->kind == TypeKind::Enum && bundle_.enumeration(*type.element).values.empty();
    if (none) return result;
    const auto low = static_cast<std::size_t>(type.kind == TypeKind::Set ? 0 : type.low);
    const std::size_t wanted = low + random_.below(std::min<std::size_t>(
                                         5, static_cast<std::size_t>(type.high) - low + 1));
    for (std::size_t i = 0; i < wanted; ++i) {
      Datum element = value(*type.element);
      const bool there = std::ranges::find(result.items, element) != result.items.end();
      if (type.kind == TypeKind::List || !there) result.items.push_back(std::move(element));
    }
    return result;
  }

  const compiler::TypedBundle& bundle_;
  Random& random_;
};

bool covers(const compiler::ItemInfo& item, compiler::ToolIndex tool) {
  return std::ranges::find(item.scope, tool) != item.scope.end();
}

// The first question lies about as long ago as some wait allows.
void ask_before(const compiler::TypedBundle& bundle, oracle::Request& request, Random& random) {
  std::vector<std::int64_t> deadlines;
  for (const compiler::ItemInfo& item : bundle.items) {
    if (covers(item, request.tool) && item.waits()) deadlines.push_back(item.within_ms);
  }
  if (deadlines.empty()) return;
  Datum& first = host_fact(bundle, request, "call", "first_asked");
  if (random.percent(55)) {
    first = Datum::none();
    return;
  }
  const Wide now = host_fact(bundle, request, "clock", "now").integer;
  const Wide asked = now - random.pick(deadlines) + random.between(-1, 1);
  if (random.percent(60) && asked >= 0) first = Datum::of(asked);
}

// Counters about as full as they may be; now and then one too few, or one that nobody asked for.
void count(const compiler::TypedBundle& bundle, oracle::Request& request, Random& random) {
  for (const compiler::ItemInfo& item : bundle.items) {
    if (item.kind != ItemKind::Limit || !covers(item, request.tool)) continue;
    oracle::Counter& counter = request.counters[bundle.full_name(item)];
    counter.kind = bundle.module(bundle.policy(item).module).info(*item.limit().maximum).type->kind;
    oracle::Matcher matcher(bundle, request);
    if (!matcher.applies(item)) {
      counter.used = static_cast<Wide>(random.below(100));
      if (random.percent(50)) request.counters.erase(bundle.full_name(item));
      continue;
    }
    const oracle::LimitSum sum = matcher.sum_of(item);
    const Wide left = sum.maximum - sum.amount;
    const std::size_t choice = random.below(10);
    if (choice < 3) counter.used = left;
    if (choice == 3) counter.used = left - 1;
    if (choice == 4) counter.used = left + 1;
    if (choice == 5) counter.used = INT64_MAX;
    if (choice == 6) counter.used = static_cast<Wide>(random.pick(kMicros));
    counter.used = std::clamp<Wide>(counter.used, 0, INT64_MAX);
    if (random.percent(1)) request.counters.erase(bundle.full_name(item));
  }
}

}  // namespace

Datum& host_fact(const compiler::TypedBundle& bundle, oracle::Request& request,
                 std::string_view root, std::string_view field) {
  for (std::size_t r = 0; r < bundle.roots.size(); ++r) {
    if (bundle.roots[r].name != root) continue;
    const auto& fields = bundle.roots[r].fields;
    const auto found = std::ranges::find(fields, field, &FieldInfo::name);
    return request.roots[r][static_cast<std::size_t>(found - fields.begin())];
  }
  throw std::logic_error("no such fact");
}

oracle::Request generate_request(const compiler::TypedBundle& bundle, Random& random) {
  Maker maker(bundle, random);
  oracle::Request request;
  request.tool = static_cast<compiler::ToolIndex>(random.below(bundle.tools.size()));
  for (const compiler::RootInfo& root : bundle.roots)
    request.roots.push_back(maker.fields(root.fields));
  request.args = maker.fields(bundle.tools[static_cast<std::size_t>(request.tool)].args);
  // A halted engine decides nothing; once in a while is enough.
  host_fact(bundle, request, "control", "halted") = Datum::of(Wide{random.percent(1)});
  ask_before(bundle, request, random);
  count(bundle, request, random);
  return request;
}

}  // namespace remit::generator
