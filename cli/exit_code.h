// The exit codes of the program, for every verb.
#pragma once

namespace remit::cli {

enum ExitCode : int {
  kFine = 0,
  kFindings = 1,    // diagnostics, failed tests, unformatted files
  kUsage = 2,       // wrong arguments, unreadable input
  kNothingRan = 3,  // no rules, no tests
  kUndecided = 4,   // a log that could not be compared in full
  kIntegrity = 5,   // an image or a log that fails its checks
  // `decide --exit-code`: the verdict of the last request.
  kDeny = 10,
  kQueue = 11,
  kEscalate = 12,
  kOurBug = 70,
};

}  // namespace remit::cli
