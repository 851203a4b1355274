// Requests for an image, made from its rows alone: plain values by position, and the same as JSON.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <remit/internal/wide.h>
#include "tests/generator/random.h"
#include "vm/image/image.h"

namespace remit::images {

// Of the members one means something, as the type says: `number` of integral kinds, `text` of text
// kinds and of opaque, `items` the fields of a record or the elements of a collection.
struct Datum {
  bool absent = false;
  Wide number = 0;
  std::string text;
  std::vector<Datum> items;

  friend bool operator==(const Datum&, const Datum&) = default;
};

struct Answered {
  std::string id, by, role, tenant, digest, requirement;
  bool human = true, granted = true;
  std::int64_t cost = 0, asked_at = 0, at = 0;
};

// `roots[r][f]` is field f of root r, `args` the arguments of the tool. What holds its default has
// it; what is left out of the JSON is absent.
struct Request {
  std::size_t tool = 0;
  std::vector<std::vector<Datum>> roots;
  std::vector<Datum> args;
  std::map<std::uint32_t, std::int64_t> counters;  // by row of Image::limits
  std::vector<Answered> approvals;
  bool possible = true;  // some type that must have a value has none
};

// Those whom the actor works for, without the actor; and the owners who are not of the chain.
[[nodiscard]] std::set<std::string> requesters(const vm::Image& image, const Request& request);
[[nodiscard]] std::set<std::string> owners(const vm::Image& image, const Request& request);

[[nodiscard]] Request make_request(const vm::Image& image, generator::Random& random);
// Adds what people could have answered to an action of this digest.
void make_approvals(const vm::Image& image, const std::string& digest, Request& request,
                    generator::Random& random);
[[nodiscard]] std::string to_json(const vm::Image& image, const Request& request);

// The fact of a root by names; null if the image has none of that name.
[[nodiscard]] const Datum* fact(const vm::Image& image, const Request& request,
                                std::string_view root, std::string_view field);
[[nodiscard]] std::string full_name(const vm::Image& image, std::size_t item);
// A role by its ordinal.
[[nodiscard]] std::string role_name(const vm::Image& image, std::uint32_t role);

}  // namespace remit::images
