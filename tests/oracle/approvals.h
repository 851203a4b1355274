// Approvals (language reference, Approvals), in the order of its sentences.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/oracle/oracle.h"

namespace remit::oracle {

struct WaitAnswer {
  WaitState state = WaitState::Open;
  std::map<std::string, const Approval*> used;  // by person
};

// What the request's approvals make of one waiting item.
[[nodiscard]] WaitAnswer judge_wait(const compiler::TypedBundle& bundle,
                                    const compiler::ItemInfo& item, const Request& request,
                                    const Hashes& hashes);

}  // namespace remit::oracle
