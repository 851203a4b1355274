// What is checked before a gateway answers anybody: the version of its policy, and what it counts
// in.
#include "examples/gateway/start.h"

#include "tests/gateway/desk.h"

namespace gateway {
namespace {

class Starting : public Desk {
 protected:
  // The example policy of this version.
  std::expected<remit::Engine, std::string> loaded(std::int64_t version) {
    const auto compiled = remit::compile(
        {{"schema.rule", text_of("policy/schema.rule")},
         {"desk.rule", text_of("policy/desk.rule")}},
        text_of("policy/remit.toml") + "version = " + std::to_string(version) + "\n");
    for (const auto& message : compiled.messages) ADD_FAILURE() << message.rendered;
    return load_policy(compiled.image, remit::Trust::unsigned_image(), {.duties = kDuties}, store,
                       directory);
  }
  std::string error(std::int64_t version = 3) {
    const auto engine = loaded(version);
    return engine ? "" : engine.error();
  }
};

TEST_F(Starting, WithoutALeastVersionIsAnError) {
  EXPECT_NE(error().find("does not say which version"), std::string::npos) << error();
  ASSERT_TRUE(store.accept_from(0).has_value());
  EXPECT_EQ(error(), "");
}

TEST_F(Starting, OnAStoreWithoutTablesSaysHowToMakeThem) {
  sql("DROP SCHEMA gateway CASCADE");
  EXPECT_NE(error().find("gateway init"), std::string::npos) << error();
  const auto listed = list_pending(store, kNow);
  ASSERT_FALSE(listed.has_value());
  EXPECT_NE(listed.error().message.find("gateway init"), std::string::npos);
}

TEST_F(Starting, WithAnOlderImageThanOneThatWasLoadedIsAnError) {
  ASSERT_TRUE(store.accept_from(2).has_value());
  EXPECT_NE(error(1).find("host.old_version"), std::string::npos);
  EXPECT_EQ(error(2), "");
  EXPECT_EQ(error(5), "");
  EXPECT_NE(error(4).find("host.old_version"), std::string::npos);
  ASSERT_TRUE(store.accept_from(1).has_value());  // never lowers it
  EXPECT_EQ(must(store.least_version()), 5);
}

TEST_F(Starting, AnImageThatIsRefusedDoesNotRaiseTheLeastVersion) {
  ASSERT_TRUE(store.accept_from(0).has_value());
  directory.currency = "EUR";
  EXPECT_NE(error(7).find("another currency than EUR"), std::string::npos) << error(7);
  EXPECT_EQ(must(store.least_version()), 0);
}

TEST_F(Starting, WithADirectoryThatTheImageDoesNotTakeIsAnError) {
  ASSERT_TRUE(store.accept_from(0).has_value());
  directory.environment = "nowhere";
  EXPECT_NE(error().find("context.environment"), std::string::npos) << error();
}

}  // namespace
}  // namespace gateway
