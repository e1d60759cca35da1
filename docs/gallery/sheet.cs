#!/usr/bin/env dotnet
#:project ../../src/Phosphene/Phosphene.csproj
#:property RestorePackagesWithLockFile=false

// Lays pictures on a sheet, each brought to one size, with its transparency: for the scripts beside it.
//
//     dotnet run -c Release docs/gallery/sheet.cs -- SHEET.png SIDE COLUMNS PICTURE.png ...
//
// A side of 0 pixels leaves them as they are.

using System.Globalization;
using Phosphene.Images;

int side = int.Parse(args[1], CultureInfo.InvariantCulture), columns = int.Parse(args[2], CultureInfo.InvariantCulture);
Picture.Tile([.. args[3..].Select(Picture.Load).Select(picture => side == 0 ? picture : picture.Resize(side, side))], columns, gap: 6).Save(args[0]);
