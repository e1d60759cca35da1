#!/usr/bin/env dotnet
#:project ../../src/Phosphene/Phosphene.csproj
#:property RestorePackagesWithLockFile=false

// Lays pictures on a sheet, each made smaller, with its transparency: for docs/gallery/maco.sh.
//
//     dotnet run -c Release docs/gallery/maco.cs -- SHEET.png SIDE COLUMNS PICTURE.png ...

using System.Globalization;
using Phosphene.Images;

int side = int.Parse(args[1], CultureInfo.InvariantCulture), columns = int.Parse(args[2], CultureInfo.InvariantCulture);
Picture.Tile([.. args[3..].Select(file => Picture.Load(file).Resize(side, side))], columns, gap: 6).Save(args[0]);
