// Every bound of the language and of the image format, in one place. Each that can be reached in
// seconds is tested at the bound and one past it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace remit::inline v0::limits {

// Source text.
inline constexpr std::size_t kSourceFileBytesMax = std::size_t{4} << 20;
inline constexpr std::size_t kNameBytesMax = 64;
inline constexpr std::size_t kDottedNameBytesMax = 128;
inline constexpr std::size_t kWireNameBytesMax = 256;
inline constexpr int kExprDepthMax = 32;            // nested expressions
inline constexpr std::size_t kDefNodesMax = 65536;  // of the tree of a def and all that it calls
inline constexpr std::size_t kTemplateBytesMax = 512;
inline constexpr std::size_t kPatternBytesMax = 512;
inline constexpr int kPatternRepeatMax = 256;  // times: `n` in `{m,n}`
inline constexpr std::size_t kPatternMemoryBytesMax = std::size_t{256} << 10;
inline constexpr std::size_t kSetLiteralMax = 256;    // elements
inline constexpr std::int64_t kPlacesMax = 32;        // of `xs starts with […]`
inline constexpr int kFixtureDepthMax = 256;          // fixtures that extend one another
inline constexpr std::size_t kTableInputsMax = 64;    // of a table
inline constexpr std::size_t kTableCasesMax = 65536;  // the product of the atoms of its inputs

// Types.
inline constexpr std::int64_t kStringBytesDefault = 256;
inline constexpr std::int64_t kStringBytesMax = 65536;
inline constexpr std::int64_t kOpaqueBytesMax = 65536;
inline constexpr int kOpaqueDepthMax = 32;             // nested arrays and objects
inline constexpr std::int64_t kCollectionMax = 4096;   // elements
inline constexpr int kRecordDepthMax = 4;              // records in records
inline constexpr std::size_t kRecordFieldsMax = 256;   // its own
inline constexpr std::size_t kRecordValuesMax = 4096;  // with those of the records in it
inline constexpr std::size_t kListValuesMax = std::size_t{1} << 18;  // elements times their values
inline constexpr std::size_t kEnumValuesMax = 4096;
inline constexpr std::size_t kIdBytesMax = 256;
inline constexpr std::size_t kKeyStringBytesMax = 256;  // of a string that a limit counts by
inline constexpr std::int64_t kDurationDaysMax = 36500;
inline constexpr std::int64_t kPercentThousandthsMax = 1'000'000;  // 1000 %

// Bundle.
inline constexpr std::size_t kManifestBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kItemsMax = std::size_t{1} << 20;  // of all policies
inline constexpr std::size_t kPoliciesMax = 65536;
inline constexpr std::size_t kLayersMax = 8;
inline constexpr std::size_t kToolsMax = 4096;
inline constexpr std::size_t kCurrenciesMax = 64;
inline constexpr std::int64_t kStepsDefault = 100'000;  // of a decision
inline constexpr std::int64_t kStepsMax = 1'000'000;    // that a manifest may allow

// Waits.
inline constexpr int kPartiesMax = 8;  // of an item
inline constexpr int kSeatsMax = 16;   // names of seats, of all its parties
inline constexpr int kNeedMax = 16;    // people that a party needs
inline constexpr std::int64_t kDeadlineMinutesMin = 1;
inline constexpr std::int64_t kDeadlineDaysMax = 90;

// Limits.
inline constexpr std::int64_t kWindowSecondsMin = 1;
inline constexpr std::int64_t kWindowDaysMax = 366;

// Requests.
inline constexpr std::size_t kRequestBytesMax = std::size_t{1} << 20;
inline constexpr int kRequestDepthMax = 40;                 // nested arrays and objects
inline constexpr std::size_t kApprovalsMax = 64;            // of a request
inline constexpr std::size_t kUnknownNameShownBytes = 128;  // in `at`, cut

// Facts.
// What a request binds, texts and elements, takes at most kBoundBytesMax; more is an invalid
// request. The texts of a JSON request and 16 bytes for each of its scalars stay below it; a host
// that binds without a reset, and lists of records whose optional fields are absent, need not.
// Around it lie the slots, the reader of JSON (up to 80 bytes for a byte of text at worst, while it
// reads) and the workspace: all of a Facts is at most kFactsBytesMax.
inline constexpr std::size_t kBoundBytesMax = std::size_t{16} << 20;
inline constexpr std::size_t kFactsBytesMax = std::size_t{128} << 20;
inline constexpr std::size_t kReaderBytesKept = std::size_t{1} << 20;  // between requests

// Loading.
inline constexpr std::size_t kTrustKeysMax = 16;  // of a load

// Reloading.
inline constexpr std::size_t kCanariesMax = 4096;
inline constexpr std::size_t kRefusalsKeptMax = 1024;        // in the status
inline constexpr std::uint32_t kShadowShareMax = 1'000'000;  // active decisions in a share
inline constexpr std::size_t kShadowRowsMax = 65536;         // items, tools, tenants: of each
inline constexpr std::size_t kShadowSamplesMax = 1024;
inline constexpr std::size_t kShadowSampleBytesMax = std::size_t{16} << 20;

// Decision log.
// A line holds a request twice, and a withheld value of two bytes is a hash of 88.
inline constexpr std::size_t kLogLineBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kLogTextBytesMax = 4096;  // of a request that was not decoded
// The longest canonical request that replay decides again; decoding takes many times as much.
inline constexpr std::size_t kReplayBytesMax = std::size_t{16} << 20;

// Metering.
inline constexpr std::size_t kMeterTenantsDefault = 1024;  // counted by name
inline constexpr std::size_t kMeterTenantsMax = 65536;
inline constexpr std::size_t kMeterSeriesMax = std::size_t{4} << 20;  // tenants times tools

// Evaluation: what the verifier allows code to use, and the interpreter therefore has.
inline constexpr std::size_t kStackDepthMax = 256;  // values
inline constexpr std::size_t kScratchElementsMax = 512;
inline constexpr std::size_t kSlotsMax = 65536;  // of a tool, host facts included

// Image.
inline constexpr std::size_t kImageBytesMax = std::size_t{256} << 20;

}  // namespace remit::inline v0::limits
