// `remit explain CODE` and `remit init DIR`

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/pages.h"
#include "lang/suggest.h"

namespace remit::cli {

int run_explain(const Arguments& arguments, Console& console) {
  std::string code(arguments.one("CODE"));
  for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto pages = error_pages();
  const auto page = std::ranges::find(pages, std::string_view(code), &Page::name);
  if (page != pages.end()) {
    console.out(page->text);
    return kFine;
  }
  std::vector<std::string_view> codes;
  for (const Page& known : pages) codes.push_back(known.name);
  const auto nearest = lang::nearest_name(code, codes);
  console.error(fmt::format("there is no diagnostic `{}`{}", arguments.one("CODE"),
                            nearest ? fmt::format("; did you mean `{}`?", *nearest) : ""));
  return kUsage;
}

int run_init(const Arguments& arguments, Console& console) {
  namespace fs = std::filesystem;
  const fs::path folder{std::string(arguments.one("DIR"))};
  std::error_code error;
  if (fs::exists(folder, error) &&
      (!fs::is_directory(folder, error) || !fs::is_empty(folder, error))) {
    console.error(fmt::format("`{}` is there already and not an empty folder", folder.string()));
    return kUsage;
  }
  fs::create_directories(folder, error);
  if (error) {
    console.error(fmt::format("cannot make `{}`: {}", folder.string(), error.message()));
    return kUsage;
  }
  for (const Page& file : starter_files()) {
    const std::string path = (folder / std::string(file.name)).string();
    if (const auto written = write_file(path, file.text); !written) {
      console.error(written.error());
      return kUsage;
    }
    console.out(path + '\n');
  }
  console.talk(fmt::format("next: remit test {0} && remit decide {0} {0}/requests.jsonl\n",
                           folder.string()));
  return kFine;
}

}  // namespace remit::cli
