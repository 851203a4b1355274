// The shop that tests decide about: its schema, a policy with something of everything, requests.
#pragma once

#include <string>

namespace remit::test {

inline const std::string kShop = R"(edition 1
schema shop.schema

currency USD

enum role    { support_lead, finance_manager }
enum signal  { velocity }
enum channel { desk, security }
enum plan    { free, pro, enterprise }

extend tenant  { plan: plan, home: set<host>(8) }
extend context { freeze: bool, incident: id? }

record payee { account: id, amount: money, label: string(20)? }

tool shop.refund {
  effect write_irreversible
  reads  internal
  args {
    order: id, amount: money as minor, site: url?, dry: bool = false, blob: opaque(40)?,
    tags: set<id>(4)?, note: string(64)?
  }
  result { card }
}
tool shop.payout {
  effect write_irreversible
  args   { payees: list<payee>(0..=10), to: email, file: path, trail: list<int(0..=9)>(0..=4)? }
}
)";

inline std::string policy(const std::string& items,
                          const std::string& header = "policy shop.policy") {
  return "edition 1\n" + header + "\n\n" + items;
}

inline const std::string kFacts =
    R"("call":{"id":"c-1"},"actor":{"id":"agent-1","kind":"agent","version":"1","autonomy":"draft","requesters":["ana"]},)"
    R"("tenant":{"id":"t1","plan":"pro","home":["acme.example"]},"target":{"tenants":["t1"],"class":"internal","owners":[]},)"
    R"("risk":{"score":10,"signals":["velocity"]},"spend":{"cost":"USD 0.10"},)"
    R"("context":{"environment":"production","freeze":false,"source_ip":"10.1.2.3"},)"
    R"("clock":{"now":"2026-11-20T09:30:00Z","weekday":"fri","time":"09:30"})";

inline std::string refund(const std::string& args = R"("order":"o-1","amount":2000)") {
  return R"({"tool":"shop.refund","args":{)" + args + "}," + kFacts + "}";
}

inline std::string payout(const std::string& payees, const std::string& more = {}) {
  return R"({"tool":"shop.payout","args":{)" + more +
         R"("to":"x@eu.acme.example","file":"/t1/a","payees":[)" + payees + "]}," + kFacts + "}";
}

inline const std::string kItems =
    "const cap = USD 50\n"
    "def own() = tenant.id in target.tenants\n"
    "rule small on shop.refund {\n  permit\n  when args.amount <= cap and own() and tenant.plan in "
    "{pro, enterprise}\n  require log full, redact card\n}\n"
    "rule large on shop.refund {\n  queue for support_lead within 4h\n  when args.amount > cap and "
    "own()\n  because \"Refund of {args.amount} on {args.order}\"\n}\n"
    "guard no overridable on shop.refund {\n  deny\n  when any(t in target.tenants: t == \"t9\") "
    "or 10% of spend.cost > args.amount\n  because \"n\"\n}\n"
    "rule fix on shop.refund {\n  permit\n  when risk.score < 3 and has args.note and args.note "
    "matches re\"ok+\"\n  because \"f\"\n  overrides no\n}\n"
    "rule pay on shop.payout {\n  escalate to 2 of finance_manager and support_lead within 1d\n"
    "  when sum(p in args.payees: p.amount) < USD 100 and match tenant.plan { free => false, pro "
    "=> risk.score < 9, else => false } and own()\n  because \"{args.to}\"\n}\n"
    "guard solo on shop.refund {\n  deny\n  when risk.score > 99\n  because \"s\"\n}\n";

// The same tools at a desk: tables, limits, waits and asserts.
inline const std::string kDesk =
    "def odd() = risk.score == 77\n"
    "const cap = USD 50\n"
    "rule small on shop.refund {\n  permit\n  when args.amount <= cap and tenant.id in "
    "target.tenants\n}\n"
    "rule large on shop.refund {\n  queue for support_lead within 4h\n  when args.amount > cap and "
    "tenant.id in target.tenants\n  because \"Refund of {args.amount}\"\n}\n"
    "guard table by_plan on shop.refund {\n  when not context.freeze\n"
    "  row | tenant.plan | risk.score\n"
    "  calm | * | < 60 => pass require log minimal\n"
    "  hot | free, pro | 60 ..< 90 => queue for support_lead within 1h because \"Risk\"\n"
    "  otherwise => escalate to finance_manager within 1h because \"Very risky\"\n}\n"
    "@open_ended(\"paying plans pay\")\ntable payouts on shop.payout {\n"
    "  row | tenant.plan | sum(p in args.payees: p.amount) > USD 100\n"
    "  plain | not free | false => permit\n"
    "  large | pro, enterprise | true => queue for finance_manager within 1d because \"Large\"\n"
    "  otherwise => deny because \"The free plan pays nobody\"\n}\n"
    "limit per_tenant on shop.refund {\n  max USD 1000 of args.amount per tenant.id in 1d\n"
    "  otherwise deny because \"Budget of {tenant.id}\"\n}\n"
    "limit per_actor on shop.refund, shop.payout {\n  when tenant.plan == pro\n"
    "  max 3 calls per actor.id, tenant.plan in calendar month\n"
    "  otherwise queue for finance_manager within 1d because \"Busy\"\n}\n"
    "assert cold on shop.refund { never permit when risk.score > 95 and approved() == 0 }\n"
    "assert slow { always deny when context.freeze and odd() }\n";

}  // namespace remit::test
