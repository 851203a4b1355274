#include "tests/generator/tables.h"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "tests/generator/pools.h"

namespace remit::generator {

using compiler::ToolIndex;
using compiler::Type;

namespace {

constexpr std::size_t kRowsMax = 7;

// Of an input the atoms that a row takes.
using Atoms = std::vector<bool>;
using Region = std::vector<Atoms>;

// An input and its atoms: of an enum, a bool or a tool its values, else the numbers from one begin
// up to the next.
struct Axis {
  Term term;
  bool discrete = false;
  bool ordered = false;
  std::vector<std::int64_t> begins;  // the first atom of a number begins at its lowest value

  [[nodiscard]] std::size_t size() const { return begins.size() + (discrete ? 0 : 1); }
};

std::span<const std::int64_t> pool_of(TypeKind kind) {
  if (kind == TypeKind::Int) return kInts;
  if (kind == TypeKind::Money) return kMicros;
  if (kind == TypeKind::Duration) return kDurations;
  if (kind == TypeKind::Timestamp) return kMoments;
  return kTimesOfDay;
}

class GridMaker {
 public:
  GridMaker(const compiler::TypedBundle& bundle, Conditions& conditions,
            const std::vector<ToolIndex>& tools, Random& random)
      : bundle_(bundle), conditions_(conditions), tools_(tools), random_(random) {}

  Grid grid() {
    Grid grid;
    const std::size_t inputs = 1 + random_.below(3);
    Region everything;
    while (axes_.size() < inputs) {
      Axis axis = axis_of(conditions_.input(tools_));
      if (axis.size() < 2) continue;
      grid.header += fmt::format("{} | {}", axes_.empty() ? "  row" : "", axis.term.text);
      everything.emplace_back(axis.size(), true);
      for (const std::string& path : axis.term.asked) {
        if (std::ranges::find(grid.asked, path) == grid.asked.end()) grid.asked.push_back(path);
      }
      axes_.push_back(std::move(axis));
    }
    split(everything, 3);
    // Some tables leave cases to `otherwise`.
    if (regions_.size() > 1 && random_.percent(40)) {
      grid.open = true;
      const std::size_t rows = 1 + random_.below(regions_.size() - 1);
      while (regions_.size() > rows)
        regions_.erase(regions_.begin() +
                       static_cast<std::ptrdiff_t>(random_.below(regions_.size())));
    }
    for (const Region& region : regions_) {
      std::string& line = grid.cells.emplace_back();
      for (std::size_t i = 0; i < axes_.size(); ++i)
        line += fmt::format("| {} ", cell(axes_[i], region[i]));
    }
    return grid;
  }

 private:
  Axis axis_of(Term term) {
    Axis axis;
    const Type& type = *term.type;
    axis.discrete = !compiler::is_ordered_kind(type.kind);
    axis.ordered =
        !axis.discrete || (type.kind == TypeKind::Enum && bundle_.enumeration(type).ordered);
    if (axis.discrete) {
      std::size_t count = 2;
      if (type.kind == TypeKind::Enum) count = bundle_.enumeration(type).values.size();
      if (type.kind == TypeKind::Tool) count = bundle_.tools.size();
      for (std::size_t i = 0; i < count; ++i) axis.begins.push_back(static_cast<std::int64_t>(i));
      if (term.text == "tool.name" && !tools_.empty()) {
        axis.begins.clear();
        for (const ToolIndex tool : tools_) axis.begins.push_back(static_cast<std::int64_t>(tool));
      }
    } else {
      std::set<std::int64_t> begins;
      // A difference of times may be negative, a literal not.
      const bool spells_negative = type.kind == TypeKind::Int || type.kind == TypeKind::Money;
      const Wide lowest = spells_negative ? term.low : std::max<Wide>(term.low, 0);
      for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
        const std::int64_t begin = random_.pick(pool_of(type.kind));
        if (begin > lowest && begin <= term.high) begins.insert(begin);
      }
      axis.begins.assign(begins.begin(), begins.end());
    }
    axis.term = std::move(term);
    return axis;
  }

  void split(const Region& region, int depth) {
    std::vector<std::size_t> divisible;
    for (std::size_t i = 0; i < region.size(); ++i) {
      if (std::ranges::count(region[i], true) > 1) divisible.push_back(i);
    }
    if (depth == 0 || divisible.empty() || regions_.size() >= kRowsMax ||
        (depth < 3 && random_.percent(25)))
      return regions_.push_back(region);
    const std::size_t input = random_.pick(divisible);
    Region first = region, second = region;
    const auto taken = [&](const Region& of) { return std::ranges::count(of[input], true); };
    do {
      for (std::size_t i = 0; i < region[input].size(); ++i) {
        const bool left = random_.percent(50);
        first[input][i] = region[input][i] && left;
        second[input][i] = region[input][i] && !left;
      }
    } while (taken(first) == 0 || taken(second) == 0);
    split(first, depth - 1);
    split(second, depth - 1);
  }

  // ---- cells

  std::string value(const Axis& axis, std::int64_t number) {
    const Type& type = *axis.term.type;
    const std::string text = conditions_.spelled(type, number);
    if (!random_.percent(12)) return text;
    return conditions_.named(text, axis.discrete ? compiler::spelled(type, bundle_) : "");
  }

  // The numbers of atoms `from` to `to`, both included.
  std::string run(const Axis& axis, std::size_t from, std::size_t to) {
    const bool other = random_.percent(50);
    // `begin` of the first atom, and what follows the last one.
    const bool opens = axis.discrete ? from == 0 : from == 0;
    const bool ends = to + 1 == axis.size();
    const std::size_t shift = axis.discrete ? 0 : 1;
    const auto begin = [&] { return axis.begins[from - shift]; };
    const auto after = [&] { return axis.begins[to + 1 - shift]; };
    // Between the values of an enum lies nothing; between numbers of an input lie others.
    const auto last = [&] { return axis.discrete ? axis.begins[to] : after() - 1; };
    if (axis.discrete && from == to) return value(axis, axis.begins[from]);
    if (opens && !ends) return other ? "< " + value(axis, after()) : "<= " + value(axis, last());
    if (ends && !opens) {
      if (other) return ">= " + value(axis, begin());
      const std::int64_t before = axis.discrete ? axis.begins[from - 1] : begin() - 1;
      return "> " + value(axis, before);
    }
    if (!axis.discrete && last() == begin() && other) return value(axis, begin());
    if (ends) return value(axis, begin()) + " ..= " + value(axis, last());
    return other ? value(axis, begin()) + " ..< " + value(axis, after())
                 : value(axis, begin()) + " ..= " + value(axis, last());
  }

  std::string parts(const Axis& axis, const Atoms& atoms) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (!atoms[i]) continue;
      std::size_t to = i;
      const bool runs = !axis.discrete || (axis.ordered && random_.percent(50));
      while (runs && to + 1 < atoms.size() && atoms[to + 1]) ++to;
      texts.push_back(run(axis, i, to));
      i = to;
    }
    for (std::size_t i = texts.size(); i > 1; --i) std::swap(texts[i - 1], texts[random_.below(i)]);
    return fmt::format("{}", fmt::join(texts, ", "));
  }

  std::string cell(const Axis& axis, Atoms atoms) {
    if (std::ranges::count(atoms, false) == 0) return "*";
    if (!random_.percent(25)) return parts(axis, atoms);
    atoms.flip();
    return "not " + parts(axis, atoms);
  }

  const compiler::TypedBundle& bundle_;
  Conditions& conditions_;
  const std::vector<ToolIndex>& tools_;
  Random& random_;
  std::vector<Axis> axes_;
  std::vector<Region> regions_;
};

}  // namespace

Grid generate_grid(const compiler::TypedBundle& bundle, Conditions& conditions,
                   const std::vector<ToolIndex>& tools, Random& random) {
  return GridMaker(bundle, conditions, tools, random).grid();
}

}  // namespace remit::generator
