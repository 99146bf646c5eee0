// What stands at which offset of a type: testdata/debuginfo/types.c, by both compilers and in both versions of DWARF.
#include "debuginfo/c_types.hpp"

#include "dwarf_file.hpp"

namespace unoops::test {
namespace {

using namespace debuginfo;

Touch touch(std::int64_t offset, unsigned size = 0) {
  Touch t;
  t.offset = offset;
  t.size = size;
  return t;
}

class TypesOf {
 public:
  explicit TypesOf(const DwarfFile& file) : file_(file) {}
  Type type(std::string_view variable) const { return type_of(file_.die(variable, DW_TAG_variable)); }
  // ".pair.a", with "?" behind it where another member is as likely; "nothing"
  std::string at(std::string_view variable, const Touch& t) {
    const auto& path = types_.find(type(variable), t);
    return path ? path->text + (path->ambiguous ? "?" : "") : "nothing";
  }
  std::string at(std::string_view variable, std::int64_t offset, unsigned size = 0) {
    return at(variable, touch(offset, size));
  }
  // What `variable` points to.
  std::string behind(std::string_view variable, const Touch& t) {
    const auto& path = types_.find(pointee(type(variable)), t);
    return path ? path->text : "nothing";
  }
  const std::optional<Path>& find(std::string_view variable, const Touch& t) { return types_.find(type(variable), t); }
  Types& types() { return types_; }

 private:
  const DwarfFile& file_;
  Types types_;
};

// The same for gcc and clang, DWARF 4 and 5. Linked, because libdw does not relocate.
template <class Check>
void each_compiler(Check check) {
  for (const char* compiler : {"gcc", "clang"})
    for (const int version : {4, 5}) {
      INFO(compiler << ", DWARF " << version);
      if (!have(compiler)) continue;
      const DwarfFile file(
          fmt::format("{} -gdwarf-{} -O0 -nostdlib -static -Wl,-e,0 -o {{out}} {{source}}", compiler, version),
          "types.c");
      REQUIRE(file.made());
      TypesOf types(file);
      check(types);
    }
}

}  // namespace

TEST_CASE("members by offset, nested ones too", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    CHECK(t.at("plain", 0, 4) == ".flags");
    CHECK(t.at("plain", 4, 4) == ".mode");
    CHECK(t.at("plain", 8, 8) == ".name");
    CHECK(t.at("plain", 16, 4) == ".pair.a.x");
    CHECK(t.at("plain", 28, 4) == ".pair.b.y");
    CHECK(t.at("plain", 36, 4) == ".corner.y");
    CHECK(t.at("plain", 40, 4) == ".users");  // nobody writes of an atomic_t's inside
    CHECK(t.at("plain", 104, 8) == ".next");
    CHECK(t.at("plain", 2, 1) == ".flags");  // within it
    CHECK(t.at("plain", -8, 8) == "nothing");
    CHECK(t.at("plain", 120, 8) == "nothing");
    CHECK(t.behind("plain_pointer", touch(112, 8)) == ".all");
  });
}

TEST_CASE("arrays: a number where the index is known, none where it is not", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    CHECK(t.at("plain", 44, 4) == ".grid[0][0]");
    CHECK(t.at("plain", 44 + 4 * 5, 4) == ".grid[1][2]");
    CHECK(t.at("plain", 68 + 8 * 3 + 4, 4) == ".at[3].y");
    Touch any = touch(68 + 4, 4);
    any.stride = 8;
    CHECK(t.at("plain", any) == ".at[].y");
    any.stride = 20;  // no array has elements of 20 bytes
    CHECK(t.at("plain", any) == "nothing");
    CHECK(t.at("numbers", 24, 8) == "[3]");
    Touch number = touch(0, 4);
    number.stride = 4;
    CHECK(t.behind("number_pointer", number) == "[]");
    CHECK(t.behind("number_pointer", touch(8, 4)) == "[2]");
    CHECK(t.behind("number_pointer", touch(0, 4)).empty());
    Touch element = touch(4, 4);
    element.stride = 8;
    CHECK(t.behind("corner_pointer", element) == "[].y");
    CHECK(t.behind("corner_pointer", touch(12, 4)) == "nothing");  // a struct that is stepped over is no array
  });
}

TEST_CASE("a flexible array has no end", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    CHECK(t.at("tail", 0, 4) == ".count");
    CHECK(t.at("tail", 4, 4) == ".item[0].x");
    CHECK(t.at("tail", 4 + 8 * 100 + 4, 4) == ".item[100].y");
  });
}

TEST_CASE("anonymous members, and unions whose member the type does not tell", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    CHECK(t.at("unions", 0, 4) == ".number");
    CHECK(t.at("unions", 2, 2) == ".high?");
    CHECK(t.at("unions", 8, 8) == ".either.point?");
    CHECK(t.at("unions", 16, 8) == ".raw");
    Touch pointer = touch(16, 8);
    pointer.want_pointer = true;
    CHECK(t.at("unions", pointer) == ".one");
  });
}

TEST_CASE("bit-fields by the bits that are touched", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    const auto bit = [&](std::int64_t offset, unsigned size, std::uint64_t mask) {
      Touch b = touch(offset, size);
      b.mask = mask;
      return t.at("bits", b);
    };
    CHECK(bit(0, 1, 0x01) == ".first");
    CHECK(bit(0, 1, 0x0e) == ".second");
    CHECK(bit(0, 1, 0x80) == ".third");
    CHECK(bit(0, 4, 0x100) == ".wide");
    CHECK(bit(1, 1, 0x01) == ".wide");
    CHECK(t.at("bits", 4, 4) == ".after");
  });
}

TEST_CASE("members have their types and places", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    const auto& nested = t.find("plain", touch(28, 4));
    REQUIRE(nested);
    CHECK(nested->offset == 28);
    CHECK(type_name(nested->type) == "int");
    const auto& element = t.find("plain", touch(68 + 8 * 3 + 4, 4));
    REQUIRE(element);
    CHECK(element->offset == 68 + 8 * 3 + 4);
    const auto& open = t.find("ops", touch(0, 8));
    REQUIRE(open);
    CHECK(is_pointer(open->type));
  });
}

TEST_CASE("types as a programmer writes them", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    CHECK(type_name(t.type("plain")) == "struct plain");
    CHECK(type_name(t.type("plain_pointer")) == "struct plain *");
    CHECK(type_name(t.type("corner_pointer")) == "point_t *");
    CHECK(type_name(t.type("names")) == "char **");
    CHECK(type_name(t.type("nothing")) == "void *");
    CHECK(type_name(t.find("plain", touch(0, 4))->type) == "u32");
    CHECK(type_name(t.find("plain", touch(4, 4))->type) == "enum mode");
    CHECK(type_name(t.find("plain", touch(112, 8))->type) == "struct plain **");
    CHECK(type_name(t.find("ops", touch(0, 8))->type) == "int (*)(struct plain *, u32)");
    CHECK(type_name(t.find("ops", touch(8, 8))->type) == "void (*)(void)");
    CHECK(type_name(t.find("ops", touch(16, 8))->type) == "int (*)(char *, ...)");
    CHECK(type_name(t.find("ops", touch(24, 8))->type) == "struct ops *(*)(struct point *)");
    CHECK(type_name({}) == "void");
  });
}

TEST_CASE("pointers, aggregates and sizes, through typedefs", "[debuginfo]") {
  each_compiler([](TypesOf& t) {
    CHECK(is_pointer(t.type("corner_pointer")));
    CHECK(is_aggregate(pointee(t.type("corner_pointer"))));
    CHECK_FALSE(is_aggregate(t.type("number")));
    CHECK(size_of(pointee(t.type("corner_pointer"))) == 8);
    CHECK(size_of(t.type("plain")) == 120);
    CHECK(size_of(t.type("numbers")) == 64);
    CHECK_FALSE(pointee(t.type("nothing")));
    CHECK_FALSE(pointee(t.type("number")));
    CHECK(is_opaque(t.find("plain", touch(40, 4))->type));
    CHECK_FALSE(is_opaque(t.type("plain")));
    const auto first = t.types().first_members(t.type("unions"));
    CHECK(first.size() == 1);
    CHECK(t.types().first_members(t.type("plain")).size() == 1);
  });
}

}  // namespace unoops::test
