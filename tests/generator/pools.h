// The values that random policies name and random requests hold. They are few, and near each other,
// so that conditions come out both ways.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit::generator {

inline constexpr std::string_view kIds[] = {"a", "b", "c", "t1", "u/x", "k@v", "{(*)}=%"};
// Of more characters than a message shows whole; its end is not like its middle.
inline constexpr std::string_view kLongText =
    "\xE2\x80\xA6 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\xC3\xA9\xC3\xA9"
    "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    "dddddddddddddddddddddddddddddddddddddddddddddddddd; rm \"-rf\" /";
inline constexpr std::string_view kStrings[] = {
    "", "x", "ok", "okk", "no 7", "a\"b", "\xC3\xA9", "two\nlines", "ok\n", kLongText};
// Parts of them.
inline constexpr std::string_view kParts[] = {"a",    "x",  "ok",     "k",   "1",
                                              "no 7", "@v", "two\nl", "\xA9"};
inline constexpr std::string_view kHosts[] = {"a.example", "b.a.example", "xa.example", "example",
                                              "x.org"};
inline constexpr std::string_view kPaths[] = {"/", "/a", "/a/b", "/ab", "/c/d/e"};
inline constexpr std::string_view kEmails[] = {"x@a.example", "y@b.a.example", "z@x.org"};
inline constexpr std::string_view kUrls[] = {"https://a.example/", "https://b.a.example/p?q=1",
                                             "ftp://x.org:21/f"};
inline constexpr std::string_view kIps[] = {"10.0.0.1", "10.1.2.3", "192.168.0.7", "2001:db8::1",
                                            "::1"};
inline constexpr std::string_view kCidrs[] = {"10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/24",
                                              "2001:db8::/32", "0.0.0.0/0"};
inline constexpr std::string_view kPatterns[] = {"ok+",       "[a-z]*",      "no \\d", "(ok|x)?",
                                                 "[^a-z]+.*", "\\w{1,3}",    ".*",     "ok.*",
                                                 "[^\\s]*",   "\\w+[^x]\\w*"};
inline constexpr std::int64_t kInts[] = {-7, -1, 0, 1, 2, 3, 5, 10, 16, 60, 100, 1000};
inline constexpr std::int64_t kMicros[] = {0,          1'000'000,  5'000'000,  20'000'000,
                                           50'000'000, 99'000'000, 500'000'000};
inline constexpr std::int64_t kDurations[] = {0,         500,        60'000,     1'800'000,
                                              3'600'000, 86'400'000, 604'800'000};
inline constexpr std::string_view kOrders[] = {"<", "<=", ">", ">=", "==", "!="};
// Who may approve: nobody of these asks for anything.
inline constexpr std::string_view kPeople[] = {"lee", "mo", "ann", "bob", "eve", "kim"};
// Around 2026-11-20T09:30:00Z.
inline constexpr std::int64_t kMoments[] = {1'795'167'000'000, 1'795'167'000'001, 1'795'170'600'000,
                                            1'795'080'600'000, 1'795'771'800'000, 0};
inline constexpr std::int64_t kTimesOfDay[] = {0,      1,      60,     32'400, 34'200,
                                               34'230, 64'800, 86'398, 86'399};

}  // namespace remit::generator
