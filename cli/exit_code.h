// The exit codes of the program, for every verb.
#pragma once

namespace remit::cli {

inline constexpr int kFine = 0;
inline constexpr int kFindings = 1;    // diagnostics, failed tests, unformatted files
inline constexpr int kUsage = 2;       // wrong arguments, unreadable input
inline constexpr int kNothingRan = 3;  // no rules, no tests
inline constexpr int kUndecided = 4;   // a log that could not be compared in full
inline constexpr int kIntegrity = 5;   // an image or a log that fails its checks
// `decide --exit-code`: the verdict of the last request.
inline constexpr int kDeny = 10;
inline constexpr int kQueue = 11;
inline constexpr int kEscalate = 12;
inline constexpr int kOurBug = 70;

}  // namespace remit::cli
