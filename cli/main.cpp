#include "cli/run.h"

int main(int argc, char** argv) { return remit::cli::run(argc, argv); }
