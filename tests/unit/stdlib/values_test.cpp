// Values: what is one, at the bound and one past it.
#include <gtest/gtest.h>

#include <string>

#include "stdlib/canonical.h"
#include "stdlib/formats.h"
#include "stdlib/hash.h"
#include "stdlib/integer.h"
#include "stdlib/ip.h"
#include "stdlib/json_text.h"
#include "stdlib/money.h"
#include "stdlib/number_text.h"
#include "stdlib/pattern.h"
#include "stdlib/percent.h"
#include "stdlib/prelude.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::stdlib {
namespace {

std::string canonical(std::optional<std::string_view> (*format)(std::string_view, std::span<char>),
                      std::string_view text) {
  std::string buffer(text.size() + 2, '\0');
  const auto result = format(text, buffer);
  return result ? std::string(*result) : "refused";
}

TEST(Integer, ReadsJsonTokensOnly) {
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_integer("-9223372036854775808"), INT64_MIN);
  for (const char* bad :
       {"9223372036854775808", "-0", "01", "+1", "1e3", "1.0", "", "-", " 1", "--1"}) {
    EXPECT_FALSE(parse_integer(bad)) << bad;
  }
}

TEST(Integer, ReadsAndWritesDecimals) {
  EXPECT_EQ(parse_decimal("12", 3), 12'000);
  EXPECT_EQ(parse_decimal("0.5", 3), 500);
  EXPECT_EQ(parse_decimal("9223372036854775807.999", 3), Wide{INT64_MAX} * 1000 + 999);
  for (const char* bad : {"9223372036854775808", "1.2345", "1.", ".5", "01", "-1", "1.-5", ""})
    EXPECT_FALSE(parse_decimal(bad, 3)) << bad;
  EXPECT_EQ(format_decimal(12'500, 3, 0), "12.5");
  EXPECT_EQ(format_decimal(12'000, 3, 0), "12");
  EXPECT_EQ(format_decimal(INT64_MIN, 3, 1), "-9223372036854775.808");
}

TEST(Integer, CheckedArithmeticStopsAt127Bits) {
  EXPECT_EQ(checked_add(kWideMax, 0), kWideMax);
  EXPECT_FALSE(checked_add(kWideMax, 1));
  EXPECT_FALSE(checked_subtract(-kWideMax, 1));
  EXPECT_FALSE(checked_multiply(kWideMax, 2));
  EXPECT_EQ(to_text(kWideMax), "170141183460469231731687303715884105727");
  EXPECT_EQ(to_text(-kWideMax), "-170141183460469231731687303715884105727");
}

TEST(Money, ReadsTextWithItsCurrency) {
  EXPECT_EQ(parse_money("USD 12.50", "USD"), 12'500'000);
  EXPECT_EQ(parse_money("-USD 0.000001", "USD"), -1);
  EXPECT_EQ(parse_money("USD 9223372036854.775807", "USD"), INT64_MAX);
  EXPECT_EQ(parse_money("-USD 9223372036854.775808", "USD"), INT64_MIN);
  EXPECT_EQ(parse_decimal_micros("-9223372036854.775808"), INT64_MIN);
  for (const char* bad : {"USD 9223372036854.775808", "-USD 9223372036854.775809", "USD --1",
                          "EUR 1", "USD 1.", "USD .5", "USD  1", "USD1", "usd 1", "USD -1",
                          "USD 1.0000001", "USD 01", "USD 1e3", "USD", "-USD 0", "-USD 0.00"}) {
    EXPECT_FALSE(parse_money(bad, "USD")) << bad;
  }
}

TEST(Money, HasNoMoreDecimalsThanItsUnit) {
  EXPECT_EQ(parse_decimal_micros("12.50", 2), 12'500'000);
  EXPECT_EQ(parse_decimal_micros("12", 0), 12'000'000);
  EXPECT_EQ(parse_decimal_micros("-0.000001", 6), -1);
  for (const char* bad : {"0.005", "1.000", "-0.001"})
    EXPECT_FALSE(parse_decimal_micros(bad, 2)) << bad;
  EXPECT_FALSE(parse_decimal_micros("1.0", 0));
  EXPECT_FALSE(parse_decimal_micros("1.", 0));
}

TEST(Money, HasOneZero) {
  for (const char* zero : {"0", "0.0", "0.000000"}) EXPECT_EQ(parse_decimal_micros(zero), 0);
  for (const char* bad : {"-0", "-0.0", "-0.000000"}) EXPECT_FALSE(parse_decimal_micros(bad));
}

TEST(Money, WritesTwoToSixDecimals) {
  EXPECT_EQ(format_money(1'234'500'000, "USD"), "USD 1234.50");
  EXPECT_EQ(format_money(-3'000'000, "USD"), "-USD 3.00");
  EXPECT_EQ(format_money(4, "USD"), "USD 0.000004");
  EXPECT_EQ(format_money(INT64_MIN, "USD"), "-USD 9223372036854.775808");
  EXPECT_EQ(micros_of_minor(1250, 2), 12'500'000);
  EXPECT_EQ(format_decimal_micros(12'000'000, 0), "12");
  EXPECT_EQ(format_decimal_micros(12'500'000, 0), "12.5");
}

TEST(Money, HasWordsForItsUnits) {
  for (const std::string_view word : kMoneyUnitNames) EXPECT_EQ(spelling(money_unit(word)), word);
  EXPECT_EQ(money_unit("micros"), MoneyUnit::None);
  EXPECT_EQ(spelling(MoneyUnit::None), "");
  EXPECT_EQ(to_text(MoneyForm{MoneyUnit::Major, 3}), "major 3");
  EXPECT_EQ(to_text(MoneyForm{}), "");
}

TEST(Number, IsWrittenAsARequestHasIt) {
  const auto text = [&](TypeKind kind, std::int64_t value, MoneyForm form = {}) {
    std::string out;
    JsonWriter json(out);
    write_number(json, kind, value, "USD", form);
    return out;
  };
  EXPECT_EQ(text(TypeKind::Bool, 1), "true");
  EXPECT_EQ(text(TypeKind::Int, -7), "-7");
  EXPECT_EQ(text(TypeKind::Duration, 90'000), "\"90s\"");
  EXPECT_EQ(text(TypeKind::Timestamp, 0), "\"1970-01-01T00:00:00Z\"");
  EXPECT_EQ(text(TypeKind::TimeOfDay, 3661), "\"01:01:01\"");
  EXPECT_EQ(text(TypeKind::Money, 12'500'000), "\"USD 12.50\"");
  EXPECT_EQ(text(TypeKind::Money, 12'500'000, {MoneyUnit::Minor, 2}), "1250");
  EXPECT_EQ(text(TypeKind::Money, 12'500'000, {MoneyUnit::Major, 6}), "12.50");
  EXPECT_EQ(text(TypeKind::Money, 12'500'000, {MoneyUnit::Text, 2}), "\"12.50\"");
  EXPECT_EQ(text(TypeKind::Money, 12'505'000, {MoneyUnit::Minor, 2}), "12.505");
  EXPECT_EQ(text(TypeKind::Money, 12'000'000, {MoneyUnit::Minor, 0}), "12");
  EXPECT_EQ(text(TypeKind::Money, 12'000'000, {MoneyUnit::Major, 0}), "12");
  EXPECT_EQ(text(TypeKind::Money, 12'500'000, {MoneyUnit::Text, 1}), "\"12.5\"");
}

TEST(Percent, ReadsAndWritesThousandths) {
  EXPECT_EQ(parse_percent("12.5"), 12'500);
  EXPECT_EQ(parse_percent("1000"), 1'000'000);
  for (const char* bad : {"0", "1000.001", "1.0001", "-1", "5%"})
    EXPECT_FALSE(parse_percent(bad)) << bad;
  EXPECT_EQ(format_percent(12'500), "12.5");
  EXPECT_EQ(format_percent(kWholeInThousandths), "100");
}

TEST(Time, ReadsAndWritesDurations) {
  EXPECT_EQ(parse_duration("30m"), 1'800'000);
  EXPECT_EQ(parse_duration("36500d"), kDurationMax);
  for (const char* bad : {"36501d", "1.5h", "030m", "m", "30", "30 m", "-1h", "1h30m"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  EXPECT_EQ(format_duration(0), "0s");
  EXPECT_EQ(format_duration(14 * kMsPerDay), "14d");
  EXPECT_EQ(format_duration(1'500), "1500ms");
  EXPECT_EQ(format_duration_long(26 * 3'600'000), "1d2h");
  EXPECT_EQ(format_duration_long(-26 * 3'600'000), "-1d2h");
}

TEST(Time, ReadsAndWritesTimestamps) {
  EXPECT_EQ(format_timestamp(*parse_timestamp("2026-11-20T09:30:00Z")), "2026-11-20T09:30:00Z");
  EXPECT_EQ(format_timestamp(*parse_timestamp("9999-12-31T23:59:59.999Z")),
            "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00.5Z"), 1'709'164'800'500);
  EXPECT_EQ(parse_timestamp_or_date("1970-01-02"), kMsPerDay);
  for (const char* bad : {"1969-12-31T23:59:59Z", "2023-02-29T00:00:00Z", "2026-11-20T24:00:00Z",
                          "2026-11-20T09:30:60Z", "2026-11-20t09:30:00Z", "2026-11-20T09:30:00z",
                          "2026-11-20T09:30:00+00:00", "2026-11-20T09:30:00.Z",
                          "2026-11-20T09:30:00.0000Z", "2026-11-20"}) {
    EXPECT_FALSE(parse_timestamp(bad)) << bad;
  }
  EXPECT_EQ(parse_time_of_day("23:59:59"), kTimeOfDayMax);
  EXPECT_EQ(parse_time_of_day("09:00"), 9 * 3600);
  EXPECT_EQ(parse_time_of_day("09:00:00"), 9 * 3600);
  EXPECT_EQ(parse_time_of_day("09:00:30"), 9 * 3600 + 30);
  EXPECT_EQ(format_time_of_day(9 * 3600), "09:00");
  EXPECT_EQ(format_time_of_day(9 * 3600 + 5), "09:00:05");
  for (const char* bad :
       {"24:00", "24:00:00", "9:00", "09:60", "09:00:60", "09:00:0", "09:00:", "09:00-00"})
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
}

TEST(Text, KnowsIdsAndStrings) {
  EXPECT_TRUE(is_id("agent-1:eu/x@y+z.w_"));
  EXPECT_TRUE(is_id("!#$%&'()*,;<=>?[]^`{|}~"));
  EXPECT_TRUE(is_id(std::string(256, 'a')));
  for (const std::string& bad :
       {std::string(), std::string(257, 'a'), std::string("a b"), std::string("a\"b"),
        std::string("a\\b"), std::string("ä"), std::string("a\n")}) {
    EXPECT_FALSE(is_id(bad)) << bad;
  }
  EXPECT_TRUE(is_string_value("a\n\tb ä"));
  EXPECT_FALSE(is_string_value("a\r"));
  EXPECT_FALSE(is_string_value("\xED\xA0\x80"));  // a surrogate
  EXPECT_FALSE(is_string_value("\xC0\xAF"));      // overlong
  EXPECT_TRUE(is_wire_name("refund/v2 ä"));
  for (const char* bad : {"", "a\nb", "a\tb", "a\x01", "\xED\xA0\x80"})
    EXPECT_FALSE(is_wire_name(bad)) << bad;
  EXPECT_EQ(quote_beginning("a\"b\xC3\xA4"), "\"a\\u{22}b\\u{e4}\"");
  EXPECT_EQ(quote_beginning(std::string(64, 'x')), '"' + std::string(64, 'x') + '"');
  EXPECT_EQ(quote_beginning(std::string(65, 'x')), '"' + std::string(64, 'x') + "\"…");
}

TEST(Texts, AreQuotedByTheirEnds) {
  const auto many = [](int count, std::string_view character) {
    std::string text;
    for (int i = 0; i < count; ++i) text += character;
    return text;
  };
  EXPECT_EQ(quote_ends(many(256, "x")), '"' + many(256, "x") + '"');
  EXPECT_EQ(quote_ends(many(160, "a") + many(7, "b") + many(90, "c")),
            '"' + many(160, "a") + "…" + many(90, "c") + '"');
  // Characters count, not bytes, before they are escaped.
  EXPECT_EQ(quote_ends(many(256, "\xC3\xA4")), '"' + many(256, "\\u{e4}") + '"');
  EXPECT_EQ(
      quote_ends(many(160, "\xF0\x9F\x98\x80") + "b" + many(6, "…") + many(90, "\xE2\x80\xA6")),
      '"' + many(160, "\\u{1f600}") + "…" + many(90, "\\u{2026}") + '"');
}

TEST(Formats, FoldCaseAndRefuseTheRest) {
  EXPECT_EQ(canonical(canonical_host, "API.Example.COM."), "api.example.com");
  EXPECT_EQ(canonical(canonical_host, std::string(63, 'a') + ".example"),
            std::string(63, 'a') + ".example");
  for (const char* bad : {"", ".", "a..b", "-a.b", "a-.b", "a_b", "2130706433", "1.2.3.4", "a.0x7f",
                          "a b", "ä.example", "a.b..", "[::1]"}) {
    EXPECT_EQ(canonical(canonical_host, bad), "refused") << bad;
  }
  EXPECT_EQ(canonical(canonical_path, "/acme/db"), "/acme/db");
  EXPECT_EQ(canonical(canonical_path, "/"), "/");
  for (const char* bad :
       {"", "acme", "/acme/", "//acme", "/a/./b", "/a/../b", "/a%2e", "/a\\b", "/a:b", "/a\nb"}) {
    EXPECT_EQ(canonical(canonical_path, bad), "refused") << bad;
  }
  EXPECT_EQ(canonical(canonical_email, "Ana.B@Example.COM"), "ana.b@example.com");
  for (const char* bad :
       {"a", "@b.c", "a@", "a..b@c.d", ".a@b.c", "\"a\"@b.c", "a@b@c.d", "a b@c.d"}) {
    EXPECT_EQ(canonical(canonical_email, bad), "refused") << bad;
  }
  EXPECT_EQ(canonical(canonical_url, "HTTPS://Example.COM"), "https://example.com/");
  EXPECT_EQ(canonical(canonical_url, "https://example.com:8443/a?b=%2F"),
            "https://example.com:8443/a?b=%2F");
  for (const char* bad :
       {"https://a@evil.example/", "https://example.com#x", "https://example.com?x",
        "https://example.com:0/", "https://example.com:080/", "https://example.com:65536/",
        "//example.com/", "https:///x", "https://2130706433/", "https://exa mple.com/",
        "https://a.example\\@b.example/"}) {
    EXPECT_EQ(canonical(canonical_url, bad), "refused") << bad;
  }
}

TEST(Formats, UnderGoesByLabelsAndSegments) {
  EXPECT_TRUE(host_under("eu.acme.example", "acme.example"));
  EXPECT_TRUE(host_under("acme.example", "acme.example"));
  EXPECT_FALSE(host_under("notacme.example", "acme.example"));
  EXPECT_FALSE(host_under("acme.example.evil.example", "acme.example"));
  EXPECT_TRUE(path_under("/acme/db", "/acme"));
  EXPECT_TRUE(path_under("/anything", "/"));
  EXPECT_FALSE(path_under("/acme-evil", "/acme"));
  EXPECT_EQ(url_host("https://example.com:8443/a"), "example.com");
  EXPECT_EQ(url_scheme("https://example.com/"), "https");
  EXPECT_EQ(email_domain("a@b.example"), "b.example");
}

TEST(Ip, HasOneTextAnAddress) {
  for (const char* good :
       {"10.0.0.1", "::1", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "fe80::1:0:0:1"}) {
    ASSERT_TRUE(parse_ip(good)) << good;
    EXPECT_EQ(ip_of(good), *parse_ip(good)) << good;
  }
  for (const char* bad : {"10.0.0.01", "10.0.0", "256.0.0.1", "::ffff:10.0.0.1", "2001:DB8::1",
                          "2001:0db8::1", "1:0:0:0:0:0:0:1", "fe80::1%eth0", ""}) {
    EXPECT_FALSE(parse_ip(bad)) << bad;
  }
  EXPECT_TRUE(ip_under(*parse_ip("10.1.2.3"), *parse_cidr("10.0.0.0/8")));
  EXPECT_FALSE(ip_under(*parse_ip("11.0.0.0"), *parse_cidr("10.0.0.0/8")));
  EXPECT_TRUE(ip_under(*parse_ip("10.0.0.129"), *parse_cidr("10.0.0.128/25")));
  EXPECT_FALSE(ip_under(*parse_ip("::1"), *parse_cidr("0.0.0.0/0")));
  for (const char* bad : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0"})
    EXPECT_FALSE(parse_cidr(bad)) << bad;
}

TEST(Pattern, MatchesWholeStringsInTheSubset) {
  EXPECT_EQ(CompiledPattern::compile("CHG-[0-9]+")->match("CHG-12"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile("CHG-[0-9]+")->match("xCHG-12"), Match::No);
  for (const char* good : {"", "a{2,}", "[^a-z\\]]*", "(a|b)?c+", "\\d\\w\\s\\.", "a{256}"})
    EXPECT_FALSE(check_pattern(good)) << good;
  for (const char* bad : {"^a", "a$", "(?i)a", "(?:a)", "a*?", "a**", "\\b", "\\pL", "\\1",
                          "a{257}", "a{2,1}", "[]", "[a", "(a", "a)", "*a", "[z-a]", "\\"}) {
    EXPECT_TRUE(check_pattern(bad)) << bad;
  }
  EXPECT_TRUE(check_pattern(std::string(513, 'a')));
  EXPECT_FALSE(CompiledPattern::compile("((a{256}){256}){16}"));  // the memory cap
}

// A line feed is a character as any other: it must not carry a command past a guard.
TEST(Pattern, DotMatchesALineFeed) {
  EXPECT_EQ(CompiledPattern::compile("rm .*")->match("rm -rf /\n"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile(".*rm -rf.*")->match("true\nrm -rf /"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile("a.c")->match("a\nc"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile(".")->match("\n"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile("rm \\..*")->match("rm \n"), Match::No);
}

TEST(Pattern, NegatedClassMatchesALineFeedUnlessItIsAMember) {
  EXPECT_EQ(CompiledPattern::compile("rm [^x]*")->match("rm -rf /\n"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile("[^\\d\\w]")->match("\n"), Match::Yes);
  EXPECT_EQ(CompiledPattern::compile("[^\n]")->match("\n"), Match::No);
  EXPECT_EQ(CompiledPattern::compile("[^\\s]")->match("\n"), Match::No);
  EXPECT_EQ(CompiledPattern::compile("\\s")->match("\n"), Match::Yes);
}

TEST(Hash, IsSha256AndHex) {
  const std::string_view text = "abc";
  EXPECT_EQ(to_hex(sha256(std::as_bytes(std::span(text)))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("zz"));
}

// Checked against an independent implementation: sha256(b"remit/test/1\0" + the bytes spelled out
// below).
TEST(Canonical, EncodesTagsLengthsAndBigEndian) {
  Encoder encoder("remit/test/1");
  encoder.begin(Tag::Record, 3);
  encoder.absent();
  encoder.integer(Tag::Int, -1);
  encoder.text(Tag::Id, "ab");
  Sha256 plain;
  plain.add(std::string_view(
      "remit/test/1\0\x10\0\0\0\x03\0\x02\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x08\0\0\0\x02"
      "ab",
      12 + 1 + 5 + 1 + 9 + 7));
  EXPECT_EQ(encoder.finish(), plain.finish());
}

TEST(JsonText, EscapesOnlyWhatJsonDemands) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("a");
  json.string("\"\\\n\t\x01ä/");
  json.key("b");
  json.begin_array();
  json.integer(-1);
  json.null();
  json.end_array();
  json.end_object();
  EXPECT_EQ(out, R"({"a":"\"\\\n\t\u0001ä/","b":[-1,null]})");
}

TEST(Prelude, IsRuleText) {
  EXPECT_TRUE(prelude_text().starts_with("edition 1\nschema prelude\n"));
}

}  // namespace
}  // namespace remit::stdlib
