// Approvals (docs/reference/language.md, section 10), in the order of its sentences.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/oracle.h"

namespace remit::oracle {

// An id as others write it too: `USR-ana` is `usr-ana`.
[[nodiscard]] std::string folded(std::string text);

// The seats of a party, sorted and joined by `|`.
[[nodiscard]] std::string party_name(const ast::Party& party);

struct WaitAnswer {
  WaitState state = WaitState::Open;
  std::map<std::string, const Approval*> used;  // by person, folded
  std::set<std::string_view> because;           // of kWaitReasons
  std::optional<Wide> deadline;                 // of an action that has a start
};

// What the request's approvals make of one waiting item.
[[nodiscard]] WaitAnswer judge_wait(const compiler::TypedBundle& bundle,
                                    const compiler::ItemInfo& item, const Request& request,
                                    const Hashes& hashes);

}  // namespace remit::oracle
