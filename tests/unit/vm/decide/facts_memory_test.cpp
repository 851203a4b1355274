// A Facts has a greatest size, and gives back what it does not need any more.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <remit/compile.h>
#include <remit/engine.h>
#include <remit/log.h>
#include <remit/replay.h>
#include "tests/unit/vm/allocations.h"
#include "tests/unit/vm/bundles.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

// Requests are decoded, and then miss the facts of the prelude.
// A row of `parcel` is two values; one of `sparse` is 65, and takes two characters.
const Engine& parcels_engine() {
  static const Engine engine = [] {
    std::string schema =
        "edition 1\nschema post.schema\ncurrency USD\n"
        "record parcel { weight: int(0..=1000000), height: int(0..=1000000) }\n"
        "record sparse { all: fields? }\nrecord fields { ";
    for (int field = 0; field < 63; ++field)
      schema += (field == 0 ? "f" : ", f") + std::to_string(field) + ": bool?";
    schema +=
        " }\ntool post.send { effect read args { note: string(65536)?, link: url?, blob: "
        "opaque(65536)?, parcels: "
        "list<parcel>(0..=4096)?";
    for (int list = 1; list <= 8; ++list)
      schema += ", s" + std::to_string(list) + ": list<sparse>(0..=4032)?";
    const CompileResult result = compile(
        {{"schema.rule", schema + " } }\n"},
         {"policy.rule",
          "edition 1\npolicy post.policy\nguard g on post.send { deny because \"no\" }\n"}});
    for (const CompileMessage& message : result.messages)
      EXPECT_FALSE(message.is_error) << message.rendered;
    return Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true}).value();
  }();
  return engine;
}

std::size_t live() { return test::allocations().live; }

std::string send(const std::string& args) {
  return R"({"tool":"post.send","args":{)" + args + "}}";
}

std::string parcel_list(std::size_t rows) {
  std::string list = R"("parcels":[)";
  for (std::size_t i = 0; i < rows; ++i)
    list += std::string(i == 0 ? "" : ",") + R"({"weight":1,"height":2})";
  return list + ']';
}

// Memory stays bounded when lists grow by one row per request.
TEST(FactsMemory, ListsThatGrowByARowDoNotGrowIt) {
  const SlotId parcels = *parcels_engine().slot("post.send", "args.parcels");
  const std::size_t before = live();
  Facts facts = parcels_engine().facts("post.send");
  std::vector<FactValue> rows;
  std::size_t most = 0;
  for (std::size_t request = 0; request < 10'000; ++request) {
    facts.reset("post.send");
    rows.resize(2 * (request % 4096 + 1), 1);
    if (request % 4096 == 0) rows.resize(2);
    ASSERT_TRUE(facts.set_rows(parcels, rows, rows.size() / 2));
    most = std::max(most, live() - before - rows.capacity() * sizeof(FactValue));
  }
  // 4096 rows of 32 bytes, in blocks of at most twice that.
  EXPECT_LT(most, 512U << 10);
}

TEST(FactsMemory, RequestsThatGrowByARowDoNotGrowIt) {
  Facts facts = parcels_engine().facts({});
  const std::size_t before = live();
  std::size_t most = 0;
  for (std::size_t rows = 1; rows < 4096; rows += 3) {
    const std::size_t now = live();
    const std::string request = send(parcel_list(rows));
    const std::size_t text = live() - now;
    ASSERT_EQ(parcels_engine().decide_json(request, facts).fault(), Fault::MissingFact);
    most = std::max(most, live() - before - text);
  }
  EXPECT_LT(most, limits::kReaderBytesKept + (512U << 10));
}

// Of a large body no more is kept than the reader may keep.
TEST(FactsMemory, OneLargeBodyLeavesLittle) {
  Facts facts = parcels_engine().facts({});
  ASSERT_EQ(parcels_engine().decide_json(send(""), facts).fault(), Fault::MissingFact);
  std::string numbers = "1";
  while (numbers.size() < kMiB - 200) numbers += ",1";
  const std::string worst = send("\"none\":[" + numbers + "]"),
                    long_name = send('"' + std::string(kMiB - 200, 'n') + "\":1");
  for (const std::string& body : {worst, long_name, send(parcel_list(4096))}) {
    const std::size_t before = live();
    (void)parcels_engine().decide_json(body, facts);
    // What was bound and the place of the fault are there as long as the request.
    EXPECT_LT(live(), before + 3 * kMiB) << body.substr(0, 60);
    for (int request = 0; request < 8; ++request)
      (void)parcels_engine().decide_json(send(""), facts);
    EXPECT_LT(live(), before + (128U << 10)) << body.substr(0, 60);
  }
}

std::string sparse_lists(int lists) {
  std::string rows = "{}", args;
  while (rows.size() < 3 * 4032 - 1) rows += ",{}";
  for (int list = 1; list <= lists; ++list)
    args += (list == 1 ? "\"s" : ",\"s") + std::to_string(list) + "\":[" + rows + "]";
  return args;
}

TEST(FactsMemory, IsNeverMoreThanItsBound) {
  std::string numbers = "1", names = "\"0\":1";
  while (numbers.size() < kMiB - 200) numbers += ",1";
  for (int i = 1; names.size() < kMiB - 200; ++i) names += ",\"" + std::to_string(i) + "\":1";
  for (const std::string& body : {send("\"none\":[" + numbers + "]"), send(names),
                                  send(sparse_lists(8)), send(parcel_list(4096))}) {
    const std::size_t before = live();
    test::allocations().peak = before;
    Facts facts = parcels_engine().facts({});
    (void)parcels_engine().decide_json(body, facts);
    const std::size_t peak = test::allocations().peak - before;
    EXPECT_LT(peak, limits::kFactsBytesMax) << body.substr(0, 60);
    std::printf("%zu KiB for %zu KiB of %s\n", peak >> 10, body.size() >> 10,
                body.substr(27, 8).c_str());
  }
}

// Four lists of 4 MiB fit, a fifth does not.
TEST(FactsMemory, ARequestBeyondTheBoundIsInvalid) {
  Facts facts = parcels_engine().facts({});
  EXPECT_EQ(parcels_engine().decide_json(send(sparse_lists(4)), facts).fault(), Fault::MissingFact);
  EXPECT_EQ(parcels_engine().decide_json(send(sparse_lists(5)), facts).fault(),
            Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(parcels_engine(), facts), "args.s5");
  EXPECT_EQ(parcels_engine().decide_json(send(sparse_lists(4)), facts).fault(), Fault::MissingFact);
}

// A host that binds over and over without a reset is refused before memory is.
TEST(FactsMemory, BindingWithoutAResetIsRefusedAtTheBound) {
  const SlotId note = *parcels_engine().slot("post.send", "args.note");
  const std::size_t before = live();
  Facts facts = parcels_engine().facts("post.send");
  const std::string text(65'536, 'x');
  std::size_t bound = 0;
  while (bound < 10'000 && facts.set(note, text)) ++bound;
  // Each takes its bytes and a zero, rounded up to eight.
  EXPECT_EQ(bound, limits::kBoundBytesMax / (text.size() + 8));
  EXPECT_LT(live() - before, 2 * limits::kBoundBytesMax + kMiB);
  EXPECT_EQ(parcels_engine().decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(parcels_engine(), facts), "args.note");
  facts.reset("post.send");
  EXPECT_TRUE(facts.set(note, text));
  EXPECT_EQ(parcels_engine().decide(facts).fault(), Fault::MissingFact);
}

TEST(FactsMemory, EveryKindOfTextIsRefusedAtTheBound) {
  const std::pair<const char*, std::string> kTexts[] = {
      {"args.link", "https://a.example/" + std::string(2000, 'a')},
      {"args.blob", '"' + std::string(65'000, 'x') + '"'}};
  for (const auto& [path, text] : kTexts) {
    const SlotId slot = *parcels_engine().slot("post.send", path);
    Facts facts = parcels_engine().facts("post.send");
    std::size_t bound = 0;
    while (bound < 10'000 && facts.set(slot, text)) ++bound;
    EXPECT_GT(bound, 9 * limits::kBoundBytesMax / (text.size() + 16) / 10) << path;
    EXPECT_LE(bound, limits::kBoundBytesMax / text.size()) << path;
    EXPECT_EQ(parcels_engine().decide(facts).fault(), Fault::InvalidRequest) << path;
  }
}

// A line of a log is the text of whoever wrote it: values that it says were withheld take no more
// room than a request may have.
TEST(FactsMemory, WithheldValuesAreNotLongerThanARequest) {
  std::string wide = "record wide { ";
  for (int field = 10; field < 73; ++field)
    wide += (field == 10 ? "" : ", ") + std::string(20, 'f') + std::to_string(field) + ": int";
  const CompileResult result = compile(
      {{"schema.rule",
        "edition 1\nschema post.schema\ncurrency USD\nrecord big { a: int, b: int }\n" + wide +
            " }\nrecord row { @sensitive all: list<big>(4096..=4096) }\n"
            "record long { @sensitive all: list<wide>(4096..=4096) }\n"
            "tool post.send { effect read args { rows: list<row>(0..=4096)?, longs: "
            "list<long>(0..=4096)? } }\n"},
       {"policy.rule",
        "edition 1\npolicy post.policy\nguard g on post.send { deny because \"no\" }\n"}});
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  Replay replay(Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true}).value());
  const auto most = [&](const std::string& member, std::size_t rows) {
    std::string list;
    for (std::size_t row = 0; row < rows; ++row)
      list += std::string(row == 0 ? "" : ",") + R"({"all":{"withheld":")" + std::string(64, 'a') +
              "\"}}";
    const std::string line = LogChain().append(LogEntry{
        send('"' + member + "\":[" + list + ']'), R"(,"withheld_by":"0123456789abcdef")", "{}"});
    const LogLine parts = read_log_line(line).value();
    const std::size_t before = live();
    test::allocations().peak = before;
    EXPECT_EQ(replay.compare(parts).result, ReplayResult::Different);
    return test::allocations().peak - before;
  };
  const std::size_t one = most("rows", 1);
  EXPECT_LT(one, 4 * kMiB);
  EXPECT_LT(most("rows", 4096), one + 8 * kMiB);
  // One of these alone would take six.
  EXPECT_LT(most("longs", 1), 8 * kMiB);
}

// What is needed again and again is kept, however large.
TEST(FactsMemory, LargeRequestsOfOneKindAllocateNothing) {
  const SlotId parcels = *parcels_engine().slot("post.send", "args.parcels");
  const std::vector<FactValue> rows(8192, 1);
  Facts facts = parcels_engine().facts("post.send");
  std::size_t before = 0;
  for (int request = 0; request < 10; ++request) {
    if (request == 3) before = test::allocations().count;
    facts.reset("post.send");
    // Small ones in between do not count as another kind.
    if (request % 2 == 0) {
      ASSERT_TRUE(facts.set_rows(parcels, rows, 4096));
    }
  }
  EXPECT_EQ(test::allocations().count, before);
}

}  // namespace
}  // namespace remit
